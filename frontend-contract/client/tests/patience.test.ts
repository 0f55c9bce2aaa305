import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSparekey, Failure, WatchResetStatusDocument, type Sparekey } from "../src/index";
import { waitBefore } from "../src/patience";
import { heard, RECEIPT, statesOf } from "./people";
import { Wire } from "./wire";

let client: Sparekey;
const device = { onLine: true, visibilityState: "visible" };
const page = Object.assign(new EventTarget(), device);

beforeEach(async () => {
  await import("graphql-ws/client");
  vi.useFakeTimers();
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", page);
  Object.assign(page, device);
  Wire.wires.length = 0;
  Wire.fate = "welcome";
  client = createSparekey({ url: "http://unit.test/graphql", WebSocket: Wire as unknown as typeof WebSocket });
});
afterEach(() => {
  client.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);
const follow = async () => {
  client.follow(WatchResetStatusDocument, RECEIPT, heard());
  await seconds(0.01);
};
const gaps = () => Wire.wires.map(({ madeAt }, n) => (n ? madeAt - (Wire.wires[n - 1]?.madeAt ?? 0) : 0)).slice(1);

describe("waitBefore", () => {
  it("is nothing, then doubles up to 30 seconds, and takes up to a half off", () => {
    const longest = [0, 1, 2, 4, 8, 16, 30, 30, 30].map((second) => second * 1000);
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(longest.map((_, failures) => waitBefore(failures))).toEqual(longest);
    vi.spyOn(Math, "random").mockReturnValue(1);
    expect(longest.map((_, failures) => waitBefore(failures))).toEqual(longest.map((wait) => wait / 2));
  });

  it("differs from one time to the next", () => {
    expect(new Set(Array.from({ length: 20 }, () => waitBefore(6))).size).toBeGreaterThan(15);
  });
});

describe("a server that says goodbye", () => {
  const goodbye = async (chance: number) => {
    vi.spyOn(Math, "random").mockReturnValue(chance);
    await follow();
    Wire.last.end(1001);
  };

  it("is left for a part of a second by chance", async () => {
    await goodbye(0.6);
    expect(client.connection).toMatchObject({ state: "reconnecting", retryAt: Date.now() + 600 });
    await seconds(0.59);
    expect(Wire.wires).toHaveLength(1);
    await seconds(0.02);
    expect(Wire.wires).toHaveLength(2);
    expect(client.connection.state).toBe("live");
  });

  it("and says so again and again is not stormed", async () => {
    await goodbye(0);
    for (const wait of [0, 1, 2, 4]) {
      await seconds(wait + 0.01);
      expect(client.connection.state).toBe("live");
      Wire.last.end(1001);
    }
    expect(gaps().map((gap) => Math.floor(gap / 1000))).toEqual([0, 1, 2, 4]);
  });
});

describe("while the server is away", () => {
  it("the tries grow rarer, and people are told", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    Wire.fate = "refused";
    const states = statesOf(client);
    await follow();
    await seconds(130);
    expect(gaps().map((gap) => Math.round(gap / 100) / 10)).toEqual([0, 1, 2, 4, 8, 16, 30, 30, 30]);
    expect(states).toEqual(["idle", "connecting", "reconnecting", "offline"]);

    Wire.fate = "welcome";
    await seconds(30);
    expect(client.connection.state).toBe("live");
  });

  it("says when the next try is", async () => {
    Wire.fate = "refused";
    await follow();
    await seconds(4);
    const { retryAt } = client.connection;
    const tries = Wire.wires.length;
    await vi.advanceTimersByTimeAsync((retryAt ?? 0) - Date.now() - 1);
    expect(Wire.wires).toHaveLength(tries);
    await vi.advanceTimersByTimeAsync(1);
    expect(Wire.wires).toHaveLength(tries + 1);
  });

  it("a server that welcomes and hangs up is not stormed", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    await follow();
    for (const wait of [0, 1, 2, 4, 8]) {
      Wire.last.end(1011);
      await seconds(wait + 0.01);
      expect(client.connection.state).toBe("live");
    }
    expect(gaps().map((gap) => Math.floor(gap / 1000))).toEqual([0, 1, 2, 4, 8]);
  });

  it("a line that was good for a while starts the count anew", async () => {
    await follow();
    for (let n = 0; n < 5; n++) {
      await seconds(6);
      Wire.last.end(1006);
      await seconds(0.01);
      expect(client.connection.state).toBe("live");
    }
    expect(Wire.wires).toHaveLength(6);
  });

  it("nothing more is tried once nothing is followed", async () => {
    Wire.fate = "refused";
    const stop = client.follow(WatchResetStatusDocument, RECEIPT, heard());
    await seconds(10);
    stop();
    expect(client.connection).toMatchObject({ state: "idle", retryAt: null });
    const tries = Wire.wires.length;
    await seconds(120);
    expect(Wire.wires).toHaveLength(tries);
  });

  it("nobody else who follows makes it try earlier", async () => {
    Wire.fate = "refused";
    await follow();
    await seconds(10);
    const tries = Wire.wires.length;
    await follow();
    expect(Wire.wires).toHaveLength(tries);
  });

  it("a restart tries at once, and patiently again after that", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    Wire.fate = "refused";
    await follow();
    await seconds(10);
    Wire.wires.length = 0;
    client.restart();
    await seconds(4);
    expect(gaps().map((gap) => Math.round(gap / 1000))).toEqual([0, 1, 2]);
  });

  it("the queue's snapshots grow rarer too, until nobody wants them", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    let snapshots = 0;
    const snapshot = () => (snapshots++, Promise.reject(new Failure("lost", { kind: "network" })));
    const stop = client.followQueue({ snapshot, event: () => {} });
    await seconds(8);
    expect(snapshots).toBe(5);
    stop();
    await seconds(120);
    expect(snapshots).toBe(5);
  });
});

describe("a line that dies without a word", () => {
  it("shows within ten seconds", async () => {
    await follow();
    await seconds(60);
    expect(Wire.wires).toHaveLength(1);
    const states = statesOf(client);
    Wire.last.answers = false;
    Wire.fate = "silence";
    await seconds(10);
    expect(states).toEqual(["live", "reconnecting"]);
  });

  it("is found out while it opens, too", async () => {
    Wire.fate = "silence";
    await follow();
    expect(client.connection.state).toBe("connecting");
    Wire.fate = "welcome";
    await seconds(10.1);
    expect(client.connection.state).toBe("live");
  });

  it("stays dead, even if it answers late", async () => {
    Wire.fate = "silence";
    await follow();
    const late = Wire.last;
    client.restart();
    await seconds(0.01);
    late.welcome();
    await seconds(0.01);
    expect(client.connection.state).toBe("connecting");
  });

  it("is asked at once when people come back to the page", async () => {
    await follow();
    await seconds(1);
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(Wire.last.said.at(-1)?.type).toBe("subscribe");
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(Wire.last.said.at(-1)?.type).toBe("ping");
  });
});

describe("a device", () => {
  const turn = async (onLine: boolean) => {
    page.onLine = onLine;
    page.dispatchEvent(new Event(onLine ? "online" : "offline"));
    await seconds(0.01);
  };

  it("without network is offline at once, and live at once when it is back", async () => {
    await follow();
    Wire.fate = "refused";
    await turn(false);
    expect(client.connection.state).toBe("offline");
    await seconds(20);
    expect(client.connection.state).toBe("offline");
    const states = statesOf(client);
    Wire.fate = "welcome";
    await turn(true);
    expect(states).toEqual(["offline", "reconnecting", "live"]);
  });

  it("that loses its network between two tries is offline", async () => {
    Wire.fate = "refused";
    await follow();
    await seconds(0.1);
    expect(client.connection.state).toBe("reconnecting");
    const { retryAt } = client.connection;
    await turn(false);
    expect(client.connection).toMatchObject({ state: "offline", retryAt });
  });

  it("that comes back opens one socket, not two", async () => {
    await follow();
    Wire.fate = "refused";
    await turn(false);
    await seconds(20);
    Wire.fate = "welcome";
    const tries = Wire.wires.length;
    await turn(true);
    await turn(true);
    page.dispatchEvent(new Event("visibilitychange"));
    await seconds(60);
    expect(Wire.wires).toHaveLength(tries + 1);
  });

  it("is left alone once the client is closed", async () => {
    await follow();
    await follow();
    const listeners = () => ["online", "offline", "visibilitychange"].flatMap((one) => getEventListeners(page, one));
    expect(listeners()).toHaveLength(3);
    client.close();
    expect(listeners()).toEqual([]);
    await seconds(60);
    expect(Wire.wires).toHaveLength(1);
    expect(client.connection.state).toBe("idle");
  });
});
