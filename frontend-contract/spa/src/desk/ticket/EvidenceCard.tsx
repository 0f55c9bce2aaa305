import { useTranslation } from "react-i18next";
import { MarkIcon } from "../parts";
import { Card } from "./Card";
import { suffices, type Evidence } from "./ticket";

/** What was found out about who is asking: what speaks for them, what against. */
export function EvidenceCard({ evidence }: { evidence: readonly Evidence[] }) {
  const { t } = useTranslation("ticket");
  return (
    <Card title={t("evidence.title")}>
      <ul className="evidence">
        {evidence.map((one) => <Piece key={one.kind} {...one} />)}
      </ul>
    </Card>
  );
}

function Piece({ kind, outcome, detail }: Evidence) {
  const { t } = useTranslation("ticket");
  return (
    <li className={outcome.toLowerCase()}>
      <MarkIcon outcome={outcome} />
      <div>
        <h3>{t(`kind.${kind}`, { defaultValue: kind })}</h3>
        <p className="outcome">{t(`outcome.${outcome}`, { defaultValue: outcome })}</p>
        {outcome === "MATCHED" && suffices([kind]) && <p className="tag">{t("evidence.strong")}</p>}
        <p className="words quiet">{detail}</p>
      </div>
    </li>
  );
}
