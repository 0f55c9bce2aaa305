import { beforeEach, describe, expect, it } from "vitest";
import { Failure, type QueueEvent, type QueueSink } from "../src/index";
import { until, withServer } from "./people";
import type { Subscription } from "./server";

const here = withServer();

/** The server's side of the queue: a log that each subscription reads from its cursor on. */
class Log {
  readonly #live = new Set<Subscription>();
  length = 0;
  /** Cursors before this one have expired. */
  first = 0;

  attend = (subscription: Subscription): void => {
    const after = Number(subscription.variables["after"]);
    if (after < this.first) return subscription.error("CURSOR_EXPIRED");
    for (let number = after + 1; number <= this.length; number++) tell(subscription, number);
    this.#live.add(subscription);
  };

  append(count = 1): void {
    while (count--) {
      this.length++;
      for (const subscription of this.#live) tell(subscription, this.length);
    }
  }
}

function tell(subscription: Subscription, number: number): void {
  const event = { __typename: "TicketSubmitted", cursor: String(number) };
  subscription.next({ data: { recoveryQueueEvents: event } });
}

/** An agent's screen: what it was told, and from where it began. */
class Screen implements QueueSink {
  readonly applied: number[] = [];
  readonly snapshots: number[] = [];
  readonly failures: Failure[] = [];
  snapshot = async () => {
    this.snapshots.push(log.length);
    return String(log.length);
  };
  event = ({ cursor }: QueueEvent) => void this.applied.push(Number(cursor));
  error = (failure: Failure) => void this.failures.push(failure);
}

let log: Log;
let screen: Screen;
beforeEach(() => {
  log = new Log();
  screen = new Screen();
  here.server.onSubscribe = log.attend;
});
const cursors = () => here.server.subscriptions.map(({ variables }) => variables["after"]);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("followQueue", () => {
  it("begins with the snapshot and goes on with what happened since", async () => {
    log.append(3);
    screen.snapshot = async () => "1";
    here.client().followQueue(screen);
    await until(() => expect(screen.applied).toEqual([2, 3]));
    log.append();
    await until(() => expect(screen.applied).toEqual([2, 3, 4]));
  });

  it("leaves no gap and no double when the line is cut again and again", async () => {
    const client = here.client();
    client.followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    log.append(5);
    await until(() => expect(screen.applied).toHaveLength(5));
    here.server.cut();
    log.append(5);
    await until(() => expect(screen.applied).toHaveLength(10));
    log.append(20);
    client.restart();
    log.append(1);
    await until(() => expect(screen.applied).toHaveLength(31));

    expect(screen.applied).toEqual(upTo(31));
    expect(screen.snapshots).toEqual([0]);
    expect(cursors().slice(0, 2)).toEqual(["0", "5"]);
  });

  it("goes on where the event was last applied, not where it was last told", async () => {
    let broken = true;
    const failed: unknown[] = [];
    process.once("uncaughtException", (failure) => failed.push(failure));
    const apply = screen.event;
    screen.event = (event) => {
      if (event.cursor === "2" && broken) throw new Error("could not draw");
      apply(event);
    };
    here.client().followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    log.append(2);
    await until(() => expect(failed).toHaveLength(1));
    broken = false;
    here.server.cut();
    await until(() => expect(screen.applied).toEqual([1, 2]));
    expect(cursors()).toEqual(["0", "1"]);
  });

  it("takes a new snapshot when the cursor has expired, on the same socket", async () => {
    const client = here.client();
    client.followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    log.append(2);
    await until(() => expect(screen.applied).toHaveLength(2));
    here.server.cut();
    log.append(7);
    log.first = 9;
    await until(() => expect(cursors()).toEqual(["0", "2", "9"]));
    log.append(1);
    await until(() => expect(screen.applied).toEqual([1, 2, 10]));
    expect(screen.snapshots).toEqual([0, 9]);
    expect(here.server.inits).toHaveLength(2);
    expect(screen.failures).toEqual([]);
  });

  it.each(["INTERNAL", "UNAVAILABLE"])("takes a new snapshot after %s", async (code) => {
    here.client().followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    here.server.subscriptions[0]?.error(code);
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    log.append(1);
    await until(() => expect(screen.applied).toEqual([1]));
    expect(screen.failures).toEqual([]);
  });

  it("resumes where the server ends the stream", async () => {
    here.client().followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    log.append(2);
    await until(() => expect(screen.applied).toHaveLength(2));
    here.server.subscriptions[0]?.complete();
    await until(() => expect(cursors()).toEqual(["0", "2"]));
    expect(screen.snapshots).toHaveLength(1);
  });

  it("asks again for a snapshot that the network lost", async () => {
    const { snapshot } = screen;
    let lost = 0;
    screen.snapshot = () =>
      lost++ ? snapshot() : Promise.reject(new Failure("lost", { kind: "network" }));
    here.client().followQueue(screen);
    await until(() => expect(cursors()).toEqual(["0"]));
    expect(screen.failures).toEqual([]);
  });

  it.each(["UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "DOCUMENT_NOT_FOUND"])("ends with %s", async (code) => {
    here.server.onSubscribe = ({ error }) => error(code);
    here.client().followQueue(screen);
    await until(() => expect(screen.failures).toMatchObject([{ kind: "graphql", code }]));
    expect(screen.snapshots).toHaveLength(1);
  });

  it("ends with a bug of the protocol", async () => {
    here.client().followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    here.server.hangUp(4400);
    await until(() => expect(screen.failures).toMatchObject([{ kind: "network", code: "4400" }]));
  });

  it("stops when told to", async () => {
    const stop = here.client().followQueue(screen);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    log.append();
    await until(() => expect(screen.applied).toEqual([1]));
    stop();
    log.append();
    await until(() => expect(here.server.open).toBe(0));
    expect(screen.applied).toEqual([1]);
  });

  it.each(["comes", "fails"])("stops when told to before its snapshot %s", async (fate) => {
    const client = here.client();
    let settle = { resolve: (_: string) => {}, reject: (_: Failure) => {} };
    screen.snapshot = () => new Promise((resolve, reject) => (settle = { resolve, reject }));
    client.followQueue(screen)();
    if (fate === "comes") settle.resolve("0");
    else settle.reject(new Failure("no", { kind: "graphql", code: "FORBIDDEN" }));
    await new Promise(setImmediate);
    expect(client.connection.state).toBe("idle");
    expect(screen.failures).toEqual([]);
  });
});
