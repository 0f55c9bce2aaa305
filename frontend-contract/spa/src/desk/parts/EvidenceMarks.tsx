import { useTranslation } from "react-i18next";
import { MarkIcon } from "./MarkIcon";
import type { Evidence } from "./ticket";

/** What speaks for and against, in short: the latest word on each kind. */
export function EvidenceMarks({ evidence }: { evidence: readonly Evidence[] }) {
  const { t } = useTranslation("desk");
  const latest = new Map(evidence.map((one) => [one.kind, one]));
  return (
    <ul className="evidence-marks">
      {[...latest.values()].map(({ kind, outcome, detail }) => (
        <li key={kind} className={outcome.toLowerCase()} title={detail}>
          <MarkIcon outcome={outcome} />
          <span>
            {t(`evidence.${kind}`, { defaultValue: kind })}
            <span className="unseen">: {t(`outcome.${outcome}`, { defaultValue: outcome })}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
