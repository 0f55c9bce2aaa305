import type { RecoveryTicketOrder } from "@sparekey/client";
import type { Ticket } from "../parts/ticket";

/** Below 0 where `one` comes first. 0 is a tie, which only the server can tell apart. */
export function compare(one: Ticket, other: Ticket, order: RecoveryTicketOrder): number {
  if (order === "NEWEST_FIRST") return compareInstants(other.submittedAt, one.submittedAt);
  return compareInstants(one.dueAt, other.dueAt);
}

/** The same tickets with this one in its place, after those it ties with. */
export function placed(tickets: readonly Ticket[], ticket: Ticket, order: RecoveryTicketOrder): Ticket[] {
  const at = tickets.findIndex((other) => compare(ticket, other, order) < 0);
  return at < 0 ? [...tickets, ticket] : tickets.toSpliced(at, 0, ticket);
}

function compareInstants(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other) || fraction(one).localeCompare(fraction(other));
}

/** Microseconds, which a Date does not hold. */
function fraction(instant: string): string {
  return (/\.(\d+)/.exec(instant)?.[1] ?? "").padEnd(6, "0");
}
