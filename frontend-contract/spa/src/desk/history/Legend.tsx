import { useTranslation } from "react-i18next";
import { fillOf } from "./Patterns";

const KINDS = ["submitted", "approved", "rejected", "cancelled"] as const;

export function Legend() {
  const { t } = useTranslation("ticket");
  return (
    <ul className="legend">
      {KINDS.map((kind) => (
        <li key={kind}>
          <svg width="18" height="18" aria-hidden="true">
            <rect className={kind} {...fillOf(kind)} x="1" y="1" width="16" height="16" />
          </svg>
          {t(`days.${kind}`)}
        </li>
      ))}
    </ul>
  );
}
