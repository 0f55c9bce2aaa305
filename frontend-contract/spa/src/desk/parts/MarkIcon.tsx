import type { EvidenceOutcome } from "@sparekey/client";

const LINES: Record<EvidenceOutcome, string> = {
  MATCHED: "M3 8.5 6.5 12 13 4.5",
  MISMATCHED: "M4 4 12 12 M12 4 4 12",
  UNKNOWN: "M3.5 8 12.5 8",
};

export function MarkIcon({ outcome }: { outcome: EvidenceOutcome }) {
  return (
    <svg className="mark-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={LINES[outcome] ?? LINES.UNKNOWN} />
    </svg>
  );
}
