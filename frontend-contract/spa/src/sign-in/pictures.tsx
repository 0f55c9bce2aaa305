import type { ReactNode } from "react";

/** A phone that gets the app. */
export function InstallPicture() {
  return (
    <Picture>
      <Phone x={36} />
      <rect className="tile" x="48" y="32" width="24" height="24" rx="6" />
      <path className="mark" d="M60 38v11m-5-4.5 5 5 5-5" />
      <path className="faint" d="M47 66h26M51 73h18" />
    </Picture>
  );
}

/** A phone before another screen with the QR code. */
export function ScanPicture() {
  return (
    <Picture>
      <rect className="device" x="6" y="22" width="66" height="46" rx="4" />
      <path className="device" d="M30 68v8m18-8v8M24 77h30" />
      <QrCode x={26} y={32} />
      <path className="beam" d="m84 44-30-12m30 30-30-5" />
      <Phone x={82} y={26} width={30} height={52} />
      <path className="corner" d="M89 42v-4h4m8 0h4v4m0 10v4h-4m-8 0h-4v-4" />
    </Picture>
  );
}

/** A phone that shows six digits, to be typed beside it. */
export function CodePicture() {
  return (
    <Picture>
      <Phone x={6} y={16} width={40} height={68} />
      <circle className="ring" cx="26" cy="67" r="8" />
      <path className="ring" d="M26 62v5l3 3" />
      <text x="26" y="40" className="digits">123</text>
      <text x="26" y="51.5" className="digits">456</text>
      <path className="mark-on" d="M52 50h12m-5-5 5 5-5 5" />
      <rect className="device" x="70" y="36" width="46" height="28" rx="4" />
      <path className="dots" d="M78 50h.01M84 50h.01M90 50h.01M96 50h.01M102 50h.01M108 50h.01" />
    </Picture>
  );
}

function Picture({ children }: { children: ReactNode }) {
  return <svg className="picture" viewBox="0 0 120 100" aria-hidden="true">{children}</svg>;
}

function Phone({ x, y = 10, width = 48, height = 82 }: { x: number; y?: number; width?: number; height?: number }) {
  return (
    <>
      <rect className="device" x={x} y={y} width={width} height={height} rx="7" />
      <path className="device" d={`M${x + width / 2 - 4} ${y + 6}h8`} />
    </>
  );
}

function QrCode({ x, y }: { x: number; y: number }) {
  return (
    <g className="qr-marks" transform={`translate(${x} ${y})`}>
      <path d="M0 0h9v9H0zM17 0h9v9h-9zM0 17h9v9H0z" />
      <path className="filled" d="M3 3h3v3H3zM20 3h3v3h-3zM3 20h3v3H3zM12 1h3v4h-3zM12 11h4v4h-4zM1 12h5v3H1zM18 12h3v4h-3zM23 13h3v3h-3zM12 19h3v6h-3zM18 19h4v3h-4zM22 23h4v3h-4z" />
    </g>
  );
}
