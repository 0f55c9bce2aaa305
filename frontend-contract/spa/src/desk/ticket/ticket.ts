import type {
  CancelledBy,
  ClaimTicketMutation,
  EvidenceKind,
  EvidenceOutcome,
  RecoveryTicketQuery,
  Role,
  TicketState,
} from "@sparekey/client";

export type Ticket = NonNullable<RecoveryTicketQuery["recoveryTicket"]>;
export type Evidence = Ticket["evidence"][number];

/** What any of the six things an agent can do with a ticket is answered by. */
export type TicketAnswer = ClaimTicketMutation["claimTicket"];

/** A change, as far as it is told in words: from the history, or live. */
export type Change = { at: string; cursor: string } & (
  | { __typename: "TicketSubmitted" }
  | { __typename: "TicketClaimed" | "TicketApproved" | "TicketRejected"; agent: Agent }
  | { __typename: "TicketReleased"; lapsed: boolean }
  | { __typename: "TicketNoted"; note: { text: string; author: Agent } }
  | { __typename: "TicketEvidenceAdded"; evidence: Evidence }
  | { __typename: "TicketCancelled"; by: CancelledBy }
);

export interface Agent {
  id: string;
  email: string;
}

export interface Me extends Agent {
  roles: readonly Role[];
}

/** What keeps an agent from a step; null: nothing does. */
export type Hindrance = "own" | "closed" | "supervisor" | "claimFirst" | "held";

const OPEN: readonly TicketState[] = ["WAITING", "CLAIMED"];
const STRONG: readonly EvidenceKind[] = ["DEVICE_SERIAL", "CALLBACK"];

export function isOpen({ state }: Pick<Ticket, "state">): boolean {
  return OPEN.includes(state);
}

/** Whether the claim is this agent's. The server's clock says when it ends, not the browser's. */
export function isMine({ state, claimedBy }: Pick<Ticket, "state" | "claimedBy">, me: Me): boolean {
  return state === "CLAIMED" && claimedBy?.id === me.id;
}

export function toClaim(ticket: Ticket, me: Me): Hindrance | null {
  if (!isOpen(ticket)) return "closed";
  if (ticket.account.email === me.email) return "own";
  if (ticket.state === "CLAIMED" && !isMine(ticket, me) && !leads(me)) return "held";
  return null;
}

export function toDecide(ticket: Ticket, me: Me): Hindrance | null {
  if (!isOpen(ticket)) return "closed";
  if (ticket.account.email === me.email) return "own";
  if (ticket.account.staff && !leads(me)) return "supervisor";
  if (isMine(ticket, me)) return null;
  return toClaim(ticket, me) ?? "claimFirst";
}

/** Whether this agent can never decide this ticket, however it stands. */
export function isForOthers(hindrance: Hindrance | null): boolean {
  return hindrance === "own" || hindrance === "supervisor";
}

/** Notes are possible on closed tickets too. */
export function toNote(ticket: Ticket, me: Me): Hindrance | null {
  return ticket.account.email === me.email ? "own" : null;
}

export function toRecord(ticket: Ticket, me: Me): Hindrance | null {
  return isOpen(ticket) ? toNote(ticket, me) : "closed";
}

/** Who did it, as far as that is told. */
export function whoOf(change: Change): Agent | null {
  if (change.__typename === "TicketNoted") return change.note.author;
  return "agent" in change ? change.agent : null;
}

/** Who has it or had the last word: what a conflict is about. */
export function standingOf({ state, claimedBy, decidedBy }: Pick<Ticket, "state" | "claimedBy" | "decidedBy">) {
  return { state, who: (decidedBy ?? claimedBy)?.email ?? "" };
}

/** What an approval may rest on. */
export function matched(evidence: readonly Evidence[]): EvidenceKind[] {
  return evidence.filter(({ outcome }) => speaksFor(outcome)).map(({ kind }) => kind);
}

/** Whether these carry an approval: the mailbox alone is where the release code goes too. */
export function suffices(kinds: readonly EvidenceKind[]): boolean {
  return kinds.some((kind) => STRONG.includes(kind));
}

function speaksFor(outcome: EvidenceOutcome): boolean {
  return outcome === "MATCHED";
}

function leads({ roles }: Me): boolean {
  return roles.includes("SUPERVISOR");
}
