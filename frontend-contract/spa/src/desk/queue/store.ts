import type { QueueEvent, RecoveryQueueQueryVariables } from "@sparekey/client";
import type { Failure } from "../../api";
import type { Ticket } from "../parts/ticket";
import { changeBy, empty, reduce, type Change, type Page, type Queue } from "./reduce";
import { EVERYTHING_OPEN, filterOf, type View } from "./view";

const PAGE = 25;
const LARGEST_PAGE = 100;
const TINTED = 6000; // milliseconds
const LEAVING = 4000;

type Ask = (variables: RecoveryQueueQueryVariables, signal: AbortSignal) => Promise<Page>;
type Asking = "first" | "more" | null;

export interface Shown {
  queue: Queue;
  /** What is on its way. */
  asking: Asking;
  failure: { of: "first" | "more"; why: Failure } | null;
  /** What was asked for, which is not on the screen yet while the first page is on its way. */
  wanted: View;
}

/** The queue while the desk is open: pages from the server, kept up by events. */
export class QueueStore {
  readonly #ask: Ask;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #shown: Shown;
  #eventCursor = "";
  #latest: Promise<void> | null = null;
  #given = new AbortController();
  /** What came while a page was on its way, which the page may not know. */
  #meanwhile: QueueEvent[] = [];
  readonly #heard = new Map<string, number>();

  constructor(viewerId: string, ask: Ask) {
    this.#ask = ask;
    const wanted = EVERYTHING_OPEN;
    this.#shown = { queue: empty(viewerId, wanted), asking: null, failure: null, wanted };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  shown = (): Shown => this.#shown;

  /** Changes what is on the screen. */
  show(part: Partial<View>): void {
    const wanted = { ...this.#shown.wanted, ...part };
    if (JSON.stringify(wanted) === JSON.stringify(this.#shown.wanted)) return;
    this.#become({ wanted });
    if (this.#latest) void this.reload(PAGE).catch(noop);
  }

  /** Asks anew, for as much as is on the screen. Rejects with a Failure. */
  reload(most = this.#shown.queue.tickets.length): Promise<void> {
    this.#latest = this.#first(Math.min(LARGEST_PAGE, Math.max(PAGE, most)));
    return this.#latest;
  }

  /** Asks anew. The position in the event stream that what is on the screen then reflects. */
  async snapshot(): Promise<string> {
    let awaited = this.reload();
    while (await settled(awaited, () => this.#latest === awaited)) awaited = this.#latest ?? awaited;
    return this.#eventCursor;
  }

  /** What was asked for in vain, once more. */
  async again(): Promise<void> {
    if (this.#shown.failure?.of === "more") return this.more();
    await this.reload().catch(noop);
  }

  /** The next page, if there is one. */
  async more(): Promise<void> {
    const { queue, asking, wanted } = this.#shown;
    if (!queue.next || asking) return;
    const variables = { ...asked(wanted), first: PAGE, after: queue.next.after };
    await this.#page("more", variables, (page) => ({ type: "more", page })).catch(noop);
  }

  hear(event: QueueEvent): void {
    const { id } = event.ticket;
    this.#heard.set(id, this.heard(id) + 1);
    if (this.#shown.asking) this.#meanwhile.push(event);
    this.#apply(changeBy(event, Date.now()));
  }

  /** How often that ticket was told of. */
  heard(ticketId: string): number {
    return this.#heard.get(ticketId) ?? 0;
  }

  /** A ticket as an answer showed it, unless an event has told of it since. */
  learn(ticket: Ticket, heard: number): void {
    if (this.heard(ticket.id) === heard) this.#apply({ type: "ticket", ticket, now: Date.now() });
  }

  forget(ticketId: string): void {
    this.#apply({ type: "gone", ticketId });
  }

  stop(): void {
    this.#given.abort();
    this.#timers.forEach(clearTimeout);
  }

  #first(first: number): Promise<void> {
    const { wanted } = this.#shown;
    return this.#page("first", { ...asked(wanted), first }, (page) => {
      this.#eventCursor = page.eventCursor;
      return { type: "first", view: wanted, page };
    });
  }

  /** Only the latest page that was asked for counts. */
  async #page(of: "first" | "more", variables: RecoveryQueueQueryVariables, changeOf: (page: Page) => Change) {
    this.#given.abort();
    const given = (this.#given = new AbortController());
    this.#meanwhile = [];
    this.#become({ asking: of, failure: null });
    try {
      const page = await this.#ask(variables, given.signal);
      if (given.signal.aborted) return;
      this.#apply(changeOf(page), { asking: null });
      for (const event of this.#meanwhile) this.#apply({ ...changeBy(event, Date.now()), quiet: true } as Change);
    } catch (why) {
      if (!given.signal.aborted) this.#become({ asking: null, failure: { of, why: why as Failure } });
      throw why;
    }
  }

  #apply(change: Change, also: Partial<Shown> = {}): void {
    const before = this.#shown.queue;
    const queue = reduce(before, change);
    this.#become({ ...also, queue });
    for (const [ticketId, mark] of Object.entries(queue.marks))
      if (mark !== before.marks[ticketId]) this.#fade(ticketId, mark);
  }

  #fade(ticketId: string, { kind, number }: { kind: string; number: number }): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#apply({ type: "faded", ticketId, number });
    }, kind === "leaving" ? LEAVING : TINTED);
    this.#timers.add(timer);
  }

  #become(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part };
    for (const listener of [...this.#listeners]) listener();
  }
}

function asked(view: View): RecoveryQueueQueryVariables {
  return { filter: filterOf(view), orderBy: view.order };
}

/** Waits; true where something newer was asked for meanwhile, false where this was the last. */
async function settled(asked: Promise<void>, isLatest: () => boolean): Promise<boolean> {
  try {
    await asked;
  } catch (why) {
    if (isLatest()) throw why;
  }
  return !isLatest();
}

function noop(): void {}
