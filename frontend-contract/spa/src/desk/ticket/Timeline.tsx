import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../i18n/when";
import { Card } from "./Card";
import { whoOf, type Change, type Me, type Ticket } from "./ticket";
import { useTold } from "./told";

/** Everything that happened, oldest first; what others did meanwhile is marked. */
export function Timeline({ history, me }: { history: Ticket["history"]; me: Me }) {
  const { t } = useTranslation("ticket");
  const [seen] = useState(() => new Set(history.map(({ cursor }) => cursor)));
  return (
    <Card title={t("history.title")}>
      <ol className="timeline">
        {history.map((change) => (
          <Entry key={change.cursor} change={change} me={me} fresh={!seen.has(change.cursor) && whoOf(change)?.id !== me.id} />
        ))}
      </ol>
    </Card>
  );
}

function Entry({ change, me, fresh }: { change: Change; me: Me; fresh: boolean }) {
  const { t } = useTranslation("ticket");
  const told = useTold(me);
  return (
    <li className={fresh ? "fresh" : undefined}>
      <p>
        {told(change)} {fresh && <span className="tag">{t("history.new")}</span>}
      </p>
      {change.__typename === "TicketNoted" && <p className="words quiet">{change.note.text}</p>}
      {change.__typename === "TicketEvidenceAdded" && <p className="words quiet">{change.evidence.detail}</p>}
      <p className="quiet small"><time dateTime={change.at}>{moment(change.at)}</time></p>
    </li>
  );
}
