const PATHS = {
  left: "M13 8H3m4-4L3 8l4 4",
  up: "M8 13V3m-4 4 4-4 4 4",
  down: "M8 3v10m-4-4 4 4 4-4",
};

/** Drawn, since not every font has it. */
export function Arrow({ to }: { to: keyof typeof PATHS }) {
  return (
    <svg className="arrow" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[to]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
