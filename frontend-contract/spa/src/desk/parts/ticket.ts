import type { RecoveryQueueQuery, TicketState } from "@sparekey/client";

/** A ticket as the queue lists it. */
export type Ticket = RecoveryQueueQuery["recoveryQueue"]["edges"][number]["node"];
export type Agent = NonNullable<Ticket["claimedBy"]>;
export type Evidence = Ticket["evidence"][number];

export function isOpen(state: TicketState): boolean {
  return state === "WAITING" || state === "CLAIMED";
}
