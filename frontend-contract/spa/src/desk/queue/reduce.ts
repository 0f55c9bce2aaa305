import type { QueueEvent, RecoveryQueueQuery } from "@sparekey/client";
import type { Ticket } from "../parts/ticket";
import { compare, placed } from "./order";
import { fits, type View } from "./view";

export type Page = RecoveryQueueQuery["recoveryQueue"];

/** Why a row looks different for a moment. */
export interface Mark {
  kind: "new" | "changed" | "leaving";
  /** Tells two marks of one ticket apart. */
  number: number;
}

/** The queue as it is on the screen. */
export interface Queue {
  view: View;
  viewerId: string;
  /** In order; those that are leaving too, until their mark has faded. */
  tickets: readonly Ticket[];
  marks: Readonly<Record<string, Mark>>;
  /** Where the next page begins, and the last ticket that the pages so far reached. */
  next: { after: string; reached: Ticket } | null;
  marked: number;
}

export type Change =
  | { type: "first"; view: View; page: Page }
  | { type: "more"; page: Page }
  /** A ticket as it stands now. Quiet: no mark, it was seen before. */
  | { type: "ticket"; ticket: Ticket; now: number; quiet?: boolean }
  | { type: "gone"; ticketId: string }
  | { type: "faded"; ticketId: string; number: number };

export function empty(viewerId: string, view: View): Queue {
  return { view, viewerId, tickets: [], marks: {}, next: null, marked: 0 };
}

export function reduce(queue: Queue, change: Change): Queue {
  switch (change.type) {
    case "first":
      return withPage({ ...empty(queue.viewerId, change.view), marked: queue.marked }, change.page);
    case "more":
      return withPage(queue, change.page);
    case "ticket":
      return change.quiet ? unmarked(queue, withTicket(queue, change)) : withTicket(queue, change);
    case "gone":
      return without(queue, change.ticketId);
    case "faded":
      return faded(queue, change.ticketId, change.number);
  }
}

/** The event's ticket as a change of the queue. */
export function changeBy(event: QueueEvent, now: number): Change {
  return { type: "ticket", ticket: event.ticket, now };
}

function withPage(queue: Queue, { edges, pageInfo }: Page): Queue {
  const held = new Set(queue.tickets.map(({ id }) => id));
  const { order } = queue.view;
  const fresh = edges.map(({ node }) => node).filter(({ id }) => !held.has(id));
  // Rows that came live may belong among those of the page.
  const tickets = [...queue.tickets, ...fresh].sort((one, other) => compare(one, other, order));
  const last = edges.at(-1);
  const more = pageInfo.hasNextPage && last;
  return { ...queue, tickets, next: more ? { after: last.cursor, reached: last.node } : null };
}

function withTicket(queue: Queue, { ticket, now }: { ticket: Ticket; now: number }): Queue {
  const held = queue.tickets.some(({ id }) => id === ticket.id);
  const wanted = fits(ticket, queue.view, queue.viewerId, now);
  if (held) return marked(replaced(queue, ticket), ticket, wanted ? "changed" : "leaving");
  if (!wanted || !isWithinReach(queue, ticket)) return queue;
  const tickets = placed(queue.tickets, ticket, queue.view.order);
  return marked({ ...queue, tickets }, ticket, "new");
}

function isWithinReach({ next, view }: Queue, ticket: Ticket): boolean {
  return next === null || compare(ticket, next.reached, view.order) <= 0;
}

function replaced(queue: Queue, ticket: Ticket): Queue {
  return { ...queue, tickets: queue.tickets.map((one) => (one.id === ticket.id ? ticket : one)) };
}

function marked(queue: Queue, { id }: Ticket, kind: Mark["kind"]): Queue {
  const number = queue.marked + 1;
  return { ...queue, marked: number, marks: { ...queue.marks, [id]: { kind, number } } };
}

/** What a change made, without showing that it did. */
function unmarked(before: Queue, after: Queue): Queue {
  const left = Object.entries(after.marks).find(
    ([id, mark]) => mark.kind === "leaving" && before.marks[id]?.kind !== "leaving",
  );
  const quiet = { ...after, marks: before.marks };
  return left ? without(quiet, left[0]) : quiet;
}

function faded(queue: Queue, ticketId: string, number: number): Queue {
  const mark = queue.marks[ticketId];
  if (mark?.number !== number) return queue;
  if (mark.kind === "leaving") return without(queue, ticketId);
  return { ...queue, marks: unkeyed(queue.marks, ticketId) };
}

function without(queue: Queue, ticketId: string): Queue {
  const tickets = queue.tickets.filter(({ id }) => id !== ticketId);
  return { ...queue, tickets, marks: unkeyed(queue.marks, ticketId) };
}

function unkeyed<T>(entries: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = entries;
  return rest;
}
