import { describe, expect, it } from "vitest";
import { documentIdOf, WatchQueueStatusDocument, WatchResetStatusDocument } from "../src/index";
import { heard, RECEIPT, statesOf, until, withServer } from "./people";

const here = withServer();
const status = (state: string) => ({ data: { resetStatus: { state } } });
const pause = (milliseconds: number) => new Promise((passed) => setTimeout(passed, milliseconds));

describe("follow", () => {
  it("subscribes by id, hands on what comes, and ends with it", async () => {
    const client = here.client();
    const states = statesOf(client);
    const sink = heard();
    here.server.onSubscribe = ({ next, complete }) => (next(status("WAITING")), next(status("APPROVED")), complete());
    client.follow(WatchResetStatusDocument, RECEIPT, sink);
    await until(() => expect(sink.told).toHaveLength(3));

    expect(sink.told).toEqual([status("WAITING").data, status("APPROVED").data, "complete"]);
    const { documentId, variables, ...rest } = here.server.subscriptions[0] ?? {};
    expect({ documentId, variables }).toEqual({ documentId: documentIdOf(WatchResetStatusDocument), variables: RECEIPT });
    expect(rest).not.toHaveProperty("query");
    await until(() => expect(states).toEqual(["idle", "connecting", "live", "idle"]));
    expect(here.server.open).toBe(0);
  });

  it("carries several over one socket, and none that ended before", async () => {
    const client = here.client();
    client.follow(WatchResetStatusDocument, RECEIPT, heard())();
    client.follow(WatchResetStatusDocument, RECEIPT, heard());
    client.follow(WatchQueueStatusDocument, {}, heard());
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    await pause(50);
    expect(here.server.subscriptions).toHaveLength(2);
    expect(here.server.open).toBe(1);
    expect(here.server.inits).toEqual([undefined]);
  });

  it("ends with an error of its own, while the others go on", async () => {
    const client = here.client();
    let ended = 0;
    client.onSessionEnded(() => ended++);
    const [refused, other] = [heard(), heard()];
    here.server.onSubscribe = ({ documentId, next, error }) =>
      documentId === documentIdOf(WatchQueueStatusDocument) ? error("FORBIDDEN") : next(status("WAITING"));
    client.follow(WatchQueueStatusDocument, {}, refused);
    client.follow(WatchResetStatusDocument, RECEIPT, other);
    await until(() => expect([refused.told, other.told]).toEqual([["error FORBIDDEN"], [status("WAITING").data]]));
    expect(ended).toBe(1);

    here.server.cut();
    await until(() => expect(here.server.subscriptions).toHaveLength(3));
    expect(here.server.subscriptions[2]?.documentId).toBe(documentIdOf(WatchResetStatusDocument));
  });

  it("ends where a piece has errors", async () => {
    const sink = heard();
    here.server.onSubscribe = ({ next }) => {
      next({ data: null, errors: [{ message: "Oh.", extensions: { code: "INTERNAL" } }] });
      next(status("WAITING"));
    };
    here.client().follow(WatchResetStatusDocument, RECEIPT, sink);
    await until(() => expect(sink.told).toEqual(["error INTERNAL"]));
    await pause(20);
    expect(sink.told).toHaveLength(1);
  });
});

describe("a lost line", () => {
  it.each([1000, 1006, 1011, 1012, 4408, 4500])("comes back at once after %i, and then is live", async (code) => {
    const client = here.client();
    const states = statesOf(client);
    client.follow(WatchResetStatusDocument, RECEIPT, heard());
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    code === 1006 ? here.server.cut() : here.server.hangUp(code);
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    expect(states).toEqual(["idle", "connecting", "live", "reconnecting", "live"]);
    expect(client.connection.retryAt).toBeNull();
  });

  it("comes back within a second after 1001, wherever it was, and not all at one time", async () => {
    const clients = Array.from({ length: 8 }, () => here.client());
    for (const client of clients) client.follow(WatchResetStatusDocument, RECEIPT, heard());
    await until(() => expect(here.server.subscriptions).toHaveLength(8));
    const now = Date.now();
    here.server.hangUp(1001);
    await until(() => expect(clients.every(({ connection }) => connection.state === "reconnecting")).toBe(true));
    const waits = clients.map(({ connection }) => (connection.retryAt ?? now) - now);
    expect(Math.max(...waits)).toBeLessThan(1_500);
    expect(new Set(waits).size).toBeGreaterThan(3);
    await until(() => expect(here.server.subscriptions).toHaveLength(16));
  });

  it("is tried again later while the server is away, and says when", async () => {
    const client = here.client();
    client.follow(WatchResetStatusDocument, RECEIPT, heard());
    await until(() => expect(client.connection.state).toBe("live"));
    await here.server.stop();
    await until(() => expect(client.connection.retryAt).toBeGreaterThan(Date.now()));
    await here.server.start();
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    expect(client.connection).toMatchObject({ state: "live", retryAt: null });
  });

  it.each([4400, 4406, 4409, 4429])("stays lost after %i, and says so", async (code) => {
    const client = here.client();
    const sink = heard();
    client.follow(WatchResetStatusDocument, RECEIPT, sink);
    await until(() => expect(client.connection.state).toBe("live"));
    here.server.hangUp(code);
    await until(() => expect(sink.told).toEqual([`error ${code}`]));
    await pause(50);
    expect(here.server.inits).toHaveLength(1);
    expect(client.connection.state).toBe("idle");
  });
});

describe("an ended session", () => {
  it("is told after 4401, and nothing reconnects until restart", async () => {
    let token = "agent";
    const client = here.client({ token: () => token });
    const sink = heard();
    let ended = 0;
    client.onSessionEnded(() => ended++);
    here.server.onSubscribe = ({ next }) => next(status("WAITING"));
    client.follow(WatchResetStatusDocument, RECEIPT, sink);
    await until(() => expect(sink.told).toHaveLength(1));
    here.server.hangUp(4401);
    await until(() => expect(ended).toBe(1));
    await pause(50);
    expect(here.server.inits).toHaveLength(1);
    expect(client.connection.state).toBe("idle");

    token = "customer";
    client.restart();
    await until(() => expect(sink.told).toHaveLength(2));
    expect(here.server.inits).toEqual(["agent", "customer"].map((one) => ({ authorization: `Bearer ${one}` })));
  });
});

describe("restart", () => {
  it("opens a new socket with the new session for what is followed", async () => {
    let token = "old";
    const client = here.client({ token: () => token });
    const states = statesOf(client);
    client.follow(WatchResetStatusDocument, RECEIPT, heard());
    const stop = client.follow(WatchQueueStatusDocument, {}, heard());
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    stop();
    token = "new";
    client.restart();
    await until(() => expect(here.server.subscriptions).toHaveLength(3));

    expect(here.server.inits.at(-1)).toEqual({ authorization: "Bearer new" });
    expect(here.server.subscriptions[2]?.documentId).toBe(documentIdOf(WatchResetStatusDocument));
    await until(() => expect(here.server.open).toBe(1));
    expect(states).toEqual(["idle", "connecting", "live", "connecting", "live"]);
  });

  it("says nothing of the old socket any more", async () => {
    const client = here.client();
    const sink = heard();
    client.follow(WatchResetStatusDocument, RECEIPT, sink);
    await until(() => expect(here.server.subscriptions).toHaveLength(1));
    here.server.subscriptions[0]?.next(status("WAITING"));
    client.restart();
    await until(() => expect(here.server.subscriptions).toHaveLength(2));
    here.server.subscriptions[1]?.next(status("APPROVED"));
    await until(() => expect(sink.told).toEqual([status("APPROVED").data]));
  });

  it("opens nothing where nothing is followed", async () => {
    const client = here.client();
    client.restart();
    await pause(50);
    expect([here.server.inits.length, client.connection.state]).toEqual([0, "idle"]);
  });
});
