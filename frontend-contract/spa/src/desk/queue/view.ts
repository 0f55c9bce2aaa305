import type { RecoveryTicketFilter, RecoveryTicketOrder, TicketState } from "@sparekey/client";
import { isOpen, type Ticket } from "../parts/ticket";

export const SHOWS = ["open", "waiting", "claimed", "mine", "overdue", "decided"] as const;
export type Show = (typeof SHOWS)[number];

/** What of the queue is on the screen, and in what order. */
export interface View {
  show: Show;
  order: RecoveryTicketOrder;
  /** Personal data: never part of an address. */
  search: string;
}

export const EVERYTHING_OPEN: View = { show: "open", order: "DUE_FIRST", search: "" };

const DECIDED: TicketState[] = ["APPROVED", "REJECTED", "CANCELLED"];
const FILTERS: Record<Show, RecoveryTicketFilter> = {
  open: {},
  waiting: { states: ["WAITING"] },
  claimed: { states: ["CLAIMED"] },
  mine: { claimedByMe: true },
  overdue: { overdue: true },
  decided: { states: DECIDED },
};

/** The view as the server is asked for it. */
export function filterOf({ show, search }: View): RecoveryTicketFilter {
  return search ? { ...FILTERS[show], search } : FILTERS[show];
}

/** Whether the view shows this ticket, judged as the server does. */
export function fits(ticket: Ticket, view: View, viewerId: string, now: number): boolean {
  return shows(ticket, view.show, viewerId, now) && isFound(ticket, view.search);
}

function shows(ticket: Ticket, show: Show, viewerId: string, now: number): boolean {
  switch (show) {
    case "open":
      return isOpen(ticket.state);
    case "waiting":
      return ticket.state === "WAITING";
    case "claimed":
      return ticket.state === "CLAIMED";
    case "mine":
      return ticket.state === "CLAIMED" && ticket.claimedBy?.id === viewerId;
    case "overdue":
      return isOpen(ticket.state) && Date.parse(ticket.dueAt) < now;
    case "decided":
      return DECIDED.includes(ticket.state);
  }
}

function isFound(ticket: Ticket, search: string): boolean {
  const typed = search.trim();
  return (
    ticket.reference.startsWith(typed.toUpperCase()) ||
    ticket.account.email.toLowerCase().startsWith(typed.toLowerCase())
  );
}
