import { useRef } from "react";
import { StepUp } from "../../sign-in";
import { useDesk, useTicketEvents } from "../feed";
import { CallBack } from "./CallBack";
import { Claim } from "./Claim";
import { Customer } from "./Customer";
import { Decision } from "./Decision";
import { EvidenceCard } from "./EvidenceCard";
import { Head } from "./Head";
import { Notes } from "./Notes";
import type { Ticket } from "./ticket";
import { Timeline } from "./Timeline";
import { useNews } from "./useNews";
import { useWork } from "./useWork";
import { Wrote } from "./Wrote";

interface Props {
  ticket: Ticket;
  show: (fresh: Partial<Ticket>) => void;
  refresh: () => void;
  onGone: (message: string) => void;
}

/** The ticket as an agent works on it. What is typed stays while the ticket changes. */
export function Work({ ticket, show, refresh, onGone }: Props) {
  const { viewer } = useDesk();
  const { news, say, hear } = useNews(viewer);
  const { perform, stepUp } = useWork({ show, refresh, onGone });
  const page = useRef<HTMLDivElement>(null);
  useTicketEvents(ticket.id, (event) => (hear(event), refresh()), refresh);

  const parts = { ticket, me: viewer, perform, say };
  return (
    <div className="stack" ref={page}>
      <Head reference={ticket.reference} ticket={ticket} />
      <Claim {...parts} />
      <div className="ticket-columns">
        <div className="stack">
          <Customer account={ticket.account} />
          <Wrote ticket={ticket} />
          <EvidenceCard evidence={ticket.evidence} />
        </div>
        <div className="stack acts">
          <CallBack {...parts} />
          <Decision {...parts} onDecided={() => page.current?.querySelector("h1")?.focus()} />
          <Notes {...parts} />
        </div>
        <div className="stack">
          <Timeline history={ticket.history} me={viewer} />
        </div>
      </div>
      <p className="news" role="status">
        <span key={news.count}>{news.text}</span>
      </p>
      {stepUp && <StepUp onConfirmed={() => stepUp.end(true)} onClose={() => stepUp.end(false)} />}
    </div>
  );
}
