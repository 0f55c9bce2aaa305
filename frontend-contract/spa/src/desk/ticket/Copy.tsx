import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { copied } from "../../sign-in/copy";

const SHOWN = 3000;

export function Copy({ text }: { text: string }) {
  const { t } = useTranslation("ticket");
  const [said, setSaid] = useState<"" | "copied" | "notCopied">("");
  useEffect(() => {
    if (said !== "copied") return;
    const timer = setTimeout(() => setSaid(""), SHOWN);
    return () => clearTimeout(timer);
  }, [said]);

  async function copy() {
    setSaid((await copied(text)) ? "copied" : "notCopied");
  }
  return (
    <span className="copy">
      <button type="button" className="icon-button" aria-label={t("copy")} title={t("copy")} onClick={() => void copy()}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <rect x="7" y="7" width="10" height="10" rx="2" />
          <path d="M13 4.5V4a1 1 0 0 0-1-1H4a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h.5" />
        </svg>
      </button>
      <span role="status" className="quiet">{said && t(said)}</span>
    </span>
  );
}
