import type { QueueEvent, RecoveryQueueQueryVariables } from "@sparekey/client";
import { expect, test } from "vitest";
import type { Failure } from "../../api";
import type { Ticket } from "../parts/ticket";
import type { Page } from "./reduce";
import { QueueStore } from "./store";

interface Asked {
  variables: RecoveryQueueQueryVariables;
  signal: AbortSignal;
  answer(page: Page): void;
  fail(): void;
}

/** A server that answers when it is told to. */
function server() {
  const asked: Asked[] = [];
  const store = new QueueStore("me", (variables, signal) => {
    return new Promise((answer, reject) => {
      const fail = () => reject(new Error("lost") as Failure);
      signal.addEventListener("abort", fail);
      asked.push({ variables, signal, answer, fail });
    });
  });
  return { store, asked };
}

function ticket(id: string, state: Ticket["state"] = "WAITING"): Ticket {
  const account = { id: `a-${id}`, email: `${id}@example.com`, registeredAt: "", lastSignInAt: null, deviceCount: 1, staff: false };
  const at = "2026-03-02T09:00:00+00:00";
  const open = { claimedBy: null, claimExpiresAt: null, decidedBy: null, decidedAt: null, overdue: false };
  return { id, reference: `R-${id}`, state, reason: "OTHER", submittedAt: at, dueAt: at, account, evidence: [], ...open };
}

function page(eventCursor: string, ids: string[], hasNextPage = false): Page {
  const edges = ids.map((id) => ({ cursor: `c-${id}`, node: ticket(id) }));
  return { edges, eventCursor, pageInfo: { hasNextPage, hasPreviousPage: false, startCursor: null, endCursor: null } };
}

function event(one: Ticket): QueueEvent {
  return { __typename: "TicketApproved", cursor: "1", at: "", agent: { id: "sam", email: "" }, ticket: one };
}

const ids = (store: QueueStore) => store.shown().queue.tickets.map(({ id }) => id).join(" ");

test("a snapshot is the page that is shown in the end, and its position", async () => {
  const { store, asked } = server();
  const snapshot = store.snapshot();
  store.show({ show: "waiting" });
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[1]?.answer(page("later", ["a"]));
  expect(await snapshot).toBe("later");
  expect(ids(store)).toBe("a");
  expect(store.shown().queue.view.show).toBe("waiting");
});

test("what happens while the next page is on its way is not lost behind it", async () => {
  const { store, asked } = server();
  const first = store.snapshot();
  asked[0]?.answer(page("1", ["a"], true));
  await first;
  const more = store.more();
  expect(asked[1]?.variables.after).toBe("c-a");
  store.hear(event(ticket("b", "APPROVED")));
  asked[1]?.answer(page("1", ["b", "c"]));
  await more;
  expect(ids(store)).toBe("a c");
});

test("an answer that events have overtaken changes nothing", async () => {
  const { store, asked } = server();
  const first = store.snapshot();
  asked[0]?.answer(page("1", ["a"]));
  await first;
  const heard = store.heard("a");
  store.hear(event(ticket("a", "CLAIMED")));
  store.learn(ticket("a", "WAITING"), heard);
  expect(store.shown().queue.tickets[0]?.state).toBe("CLAIMED");
  store.stop();
});

test("a failed page is told, and asked for again", async () => {
  const { store, asked } = server();
  const first = store.snapshot();
  asked[0]?.fail();
  await expect(first).rejects.toThrow();
  expect(store.shown().failure?.of).toBe("first");
  const again = store.again();
  expect(store.shown().failure).toBeNull();
  asked[1]?.answer(page("1", ["a"]));
  await again;
  expect(ids(store)).toBe("a");
});
