import type { ReactNode } from "react";
import { Link } from "wouter";
import { moment } from "../../i18n/when";
import { DueBar } from "../parts/DueBar";
import { EvidenceMarks } from "../parts/EvidenceMarks";
import { ReasonName } from "../parts/ReasonName";
import type { Ticket } from "../parts/ticket";
import { Ago } from "./Ago";
import { Customer } from "./Customer";
import { Holder } from "./Holder";
import type { Mark } from "./reduce";
import { RowAct } from "./RowAct";
import type { TicketActs } from "./useTicketActs";

interface Props {
  ticket: Ticket;
  mark: Mark | undefined;
  acts: TicketActs;
  /** One row at a time is reached by Tab; the arrow keys lead to the others. */
  tabIndex: 0 | -1;
}

export function TicketRow({ ticket, mark, acts, tabIndex }: Props) {
  const { reference, submittedAt } = ticket;
  // Two names for one animation, so that it starts anew with every mark.
  const tint = mark && `marked ${mark.kind} ${mark.number % 2 ? "odd" : "even"}`;
  return (
    <tr role="row" data-ticket={ticket.id} className={tint}>
      <th role="rowheader" scope="row">
        <Link className="reference" href={`/tickets/${reference}`} tabIndex={tabIndex}>{reference}</Link>
      </th>
      <Cell of="customer"><Customer account={ticket.account} /></Cell>
      <Cell of="request">
        <ReasonName reason={ticket.reason} />
        <time className="quiet" dateTime={submittedAt} title={moment(submittedAt)}>
          <Ago instant={submittedAt} />
        </time>
      </Cell>
      <Cell of="due"><DueBar ticket={ticket} /></Cell>
      <Cell of="evidence"><EvidenceMarks evidence={ticket.evidence} /></Cell>
      <Cell of="holder"><Holder ticket={ticket} /></Cell>
      <Cell of="act">
        {mark?.kind !== "leaving" && <RowAct ticket={ticket} acts={acts} tabIndex={tabIndex} />}
      </Cell>
    </tr>
  );
}

/** By its name it finds its place on a card. */
function Cell({ of, children }: { of: string; children: ReactNode }) {
  return <td role="cell" className={`${of}-cell`}>{children}</td>;
}
