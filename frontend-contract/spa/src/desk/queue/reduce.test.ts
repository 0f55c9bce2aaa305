import type { QueueEvent } from "@sparekey/client";
import { expect, test } from "vitest";
import type { Ticket } from "../parts/ticket";
import { changeBy, empty, reduce, type Change, type Page, type Queue } from "./reduce";
import { EVERYTHING_OPEN, type View } from "./view";

const NOW = Date.parse("2026-03-02T12:00:00Z");
const ME = { id: "me", email: "me@example.com" };
const SAM = { id: "sam", email: "sam@example.com" };

function ticket(id: string, hour: number, part: Partial<Ticket> = {}): Ticket {
  return {
    id,
    reference: `R-${id}`,
    state: "WAITING",
    reason: "PHONE_LOST",
    submittedAt: `2026-03-01T${String(hour).padStart(2, "0")}:00:00+00:00`,
    dueAt: `2026-03-02T${String(hour).padStart(2, "0")}:00:00+00:00`,
    overdue: false,
    claimExpiresAt: null,
    decidedAt: null,
    account: { id: `a-${id}`, email: `${id}@example.com`, registeredAt: "", lastSignInAt: null, deviceCount: 1, staff: false },
    claimedBy: null,
    decidedBy: null,
    evidence: [],
    ...part,
  };
}

function page(tickets: Ticket[], hasNextPage = false): Page {
  const edges = tickets.map((node) => ({ cursor: `c-${node.id}`, node }));
  const ends = { startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
  return { edges, eventCursor: "e", pageInfo: { hasNextPage, hasPreviousPage: false, ...ends } };
}

function shown(tickets: Ticket[], view: Partial<View> = {}, more = false): Queue {
  const wanted = { ...EVERYTHING_OPEN, ...view };
  return reduce(empty(ME.id, wanted), { type: "first", view: wanted, page: page(tickets, more) });
}

const told = (one: Ticket): Change => ({ type: "ticket", ticket: one, now: NOW });
const quietly = (one: Ticket): Change => ({ type: "ticket", ticket: one, now: NOW, quiet: true });
const ids = ({ tickets }: Queue) => tickets.map(({ id }) => id).join(" ");

test("a new ticket takes its place by due time, and is marked", () => {
  const queue = reduce(shown([ticket("a", 9), ticket("c", 11)]), told(ticket("b", 10)));
  expect(ids(queue)).toBe("a b c");
  expect(queue.marks["b"]?.kind).toBe("new");
});

test("newest first, it comes on top", () => {
  const queue = shown([ticket("c", 11), ticket("a", 9)], { order: "NEWEST_FIRST" });
  expect(ids(reduce(queue, told(ticket("d", 12))))).toBe("d c a");
});

test("microseconds decide where milliseconds are the same", () => {
  const at = (fraction: string) => ({ dueAt: `2026-03-02T09:00:00${fraction}+00:00` });
  const queue = shown([ticket("a", 9, at("")), ticket("c", 9, at(".000200"))]);
  expect(ids(reduce(queue, told(ticket("b", 9, at(".0001")))))).toBe("a b c");
});

test("what lies beyond the pages so far waits for its page", () => {
  const queue = shown([ticket("a", 9), ticket("b", 10)], {}, true);
  expect(ids(reduce(queue, told(ticket("c", 11))))).toBe("a b");
});

test("what ties with the end of the pages is not lost between them", () => {
  const queue = reduce(shown([ticket("a", 9), ticket("b", 10)], {}, true), told(ticket("c", 10)));
  expect(ids(queue)).toBe("a b c");
  const more = reduce(queue, { type: "more", page: page([ticket("c", 10), ticket("d", 11)]) });
  expect(ids(more)).toBe("a b c d");
  expect(more.next).toBeNull();
});

test("the reach of the pages stays when their last ticket has left", () => {
  let queue = shown([ticket("a", 9), ticket("c", 11)], {}, true);
  queue = reduce(queue, { type: "gone", ticketId: "c" });
  expect(ids(reduce(queue, told(ticket("b", 10))))).toBe("a b");
});

test("what does not fit the filter is not added", () => {
  const queue = shown([ticket("a", 9)], { show: "mine" });
  expect(reduce(queue, told(ticket("b", 10, { state: "CLAIMED", claimedBy: SAM })))).toBe(queue);
  const mine = reduce(queue, told(ticket("b", 10, { state: "CLAIMED", claimedBy: ME })));
  expect(ids(mine)).toBe("a b");
});

test("a ticket that is shown is replaced, and stands where it stood", () => {
  const claimed = ticket("a", 9, { state: "CLAIMED", claimedBy: SAM });
  const queue = reduce(shown([ticket("a", 9), ticket("b", 10)]), told(claimed));
  expect(ids(queue)).toBe("a b");
  expect(queue.tickets[0]).toBe(claimed);
  expect(queue.marks["a"]?.kind).toBe("changed");
});

test("a ticket that no longer fits says where it went, then leaves", () => {
  const approved = ticket("a", 9, { state: "APPROVED", decidedBy: SAM });
  const leaving = reduce(shown([ticket("a", 9), ticket("b", 10)]), told(approved));
  expect(leaving.tickets[0]?.decidedBy).toBe(SAM);
  const mark = leaving.marks["a"];
  expect(mark?.kind).toBe("leaving");
  const left = reduce(leaving, { type: "faded", ticketId: "a", number: mark!.number });
  expect(ids(left)).toBe("b");
  expect(left.marks).toEqual({});
});

test("a ticket that comes back while it is leaving stays", () => {
  const view = { show: "waiting" } as const;
  const leaving = reduce(shown([ticket("a", 9)], view), told(ticket("a", 9, { state: "CLAIMED", claimedBy: SAM })));
  const back = reduce(leaving, told(ticket("a", 9)));
  const late = reduce(back, { type: "faded", ticketId: "a", number: leaving.marks["a"]!.number });
  expect(ids(late)).toBe("a");
  expect(late.marks["a"]?.kind).toBe("changed");
});

test("a tint fades, and the row stays", () => {
  const queue = reduce(shown([]), told(ticket("a", 9)));
  const faded = reduce(queue, { type: "faded", ticketId: "a", number: queue.marks["a"]!.number });
  expect(ids(faded)).toBe("a");
  expect(faded.marks).toEqual({});
});

test("what is said twice, or again after a page, changes nothing more", () => {
  const claimed = ticket("a", 9, { state: "CLAIMED", claimedBy: SAM });
  const queue = reduce(shown([claimed]), quietly(claimed));
  expect(ids(queue)).toBe("a");
  expect(queue.marks).toEqual({});
  expect(ids(reduce(queue, quietly(ticket("a", 9, { state: "CANCELLED" }))))).toBe("");
});

test("said again quietly, a leaving row still says where it went", () => {
  const gone = ticket("a", 9, { state: "APPROVED", decidedBy: SAM });
  const leaving = reduce(shown([ticket("a", 9)]), told(gone));
  const again = reduce(leaving, quietly(gone));
  expect(again.marks).toEqual(leaving.marks);
  expect(ids(again)).toBe("a");
});

test("overdue is judged by the clock, not by what the ticket said of itself", () => {
  const queue = shown([], { show: "overdue" });
  expect(ids(reduce(queue, told(ticket("late", 11, { overdue: false }))))).toBe("late");
  expect(ids(reduce(queue, told(ticket("early", 13, { overdue: true }))))).toBe("");
});

test("the search finds starts of references and addresses, whatever their case", () => {
  const one = ticket("a", 9, { reference: "R-7K3M-Q94T" });
  const found = (search: string) => ids(reduce(shown([], { search }), told(one)));
  expect(found("r-7k")).toBe("a");
  expect(found("A@EX")).toBe("a");
  expect(found("7K3M")).toBe("");
  expect(found("example.com")).toBe("");
});

test("an event is the ticket as it stands now", () => {
  const event = { __typename: "TicketSubmitted", cursor: "1", at: "", ticket: ticket("a", 9) } as QueueEvent;
  expect(ids(reduce(shown([]), changeBy(event, NOW)))).toBe("a");
});
