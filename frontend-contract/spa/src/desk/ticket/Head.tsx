import { useTranslation } from "react-i18next";
import { deadline, moment } from "../../i18n/when";
import { Arrow, Heading } from "../../ui";
import { DueBar, StateName } from "../parts";
import { BackToQueue } from "./BackToQueue";
import { Copy } from "./Copy";
import { isOpen, type Ticket } from "./ticket";

/** Which ticket, where it stands, and until when there is time. */
export function Head({ reference, ticket }: { reference: string; ticket?: Ticket }) {
  const { t } = useTranslation("ticket");
  return (
    <header className="ticket-head">
      <BackToQueue>
        <Arrow to="left" /> {t("queue")}
      </BackToQueue>
      <div className="row">
        <Heading>
          <span className="unseen">{t("ticket", { reference: "" })}</span>
          <span className="code">{reference}</span>
        </Heading>
        <Copy text={reference} />
        {ticket && <StateName state={ticket.state} />}
      </div>
      {ticket && <Times ticket={ticket} />}
    </header>
  );
}

function Times({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  return (
    <dl className="times">
      <div>
        <dt>{t("submitted")}</dt>
        <dd><time dateTime={ticket.submittedAt}>{moment(ticket.submittedAt)}</time></dd>
      </div>
      {isOpen(ticket) ? (
        <div className="wide">
          <dt>{t("due")}</dt>
          <dd><time dateTime={ticket.dueAt}>{deadline(ticket.dueAt)}</time><DueBar ticket={ticket} /></dd>
        </div>
      ) : (
        <div>
          <dt>{t("decided")}</dt>
          <dd>{ticket.decidedAt && moment(ticket.decidedAt)}</dd>
        </div>
      )}
    </dl>
  );
}
