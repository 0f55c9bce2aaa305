const FILLS: Record<string, string> = {
  rejected: "url(#days-rejected)",
  cancelled: "url(#days-cancelled)",
};

/** For `<rect>`, where a class does not already say it all. */
export function fillOf(kind: string): { fill?: string } {
  const fill = FILLS[kind];
  return fill ? { fill } : {};
}

/** So that colour is not the only thing that speaks. */
export function Patterns() {
  return (
    <defs>
      <pattern id="days-rejected" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="rejected-line" width="2.5" height="5" />
      </pattern>
      <pattern id="days-cancelled" width="4" height="4" patternUnits="userSpaceOnUse">
        <circle className="cancelled-dot" cx="2" cy="2" r="1" />
      </pattern>
    </defs>
  );
}
