import { afterEach, beforeEach, vi } from "vitest";
import { WebSocket } from "ws";
import { createSparekey, type Failure, type Options, type Sparekey } from "../src/index";
import { Server } from "./server";

export const RECEIPT = { receipt: "rcpt" };

/** A server of one's own for each test, gone at its end together with all clients. */
export function withServer(): { server: Server; client: (options?: Options) => Sparekey } {
  const clients: Sparekey[] = [];
  const here = {
    server: undefined as unknown as Server,
    client(options: Options = {}): Sparekey {
      const WebSocketImpl = WebSocket as unknown as typeof globalThis.WebSocket;
      const made = createSparekey({ url: here.server.url, WebSocket: WebSocketImpl, ...options });
      clients.push(made);
      return made;
    },
  };
  beforeEach(async () => void (here.server = await Server.start()));
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await here.server.stop();
  });
  return here;
}

/** What a sink was told, in order. */
export function heard<R>() {
  const told: (R | string)[] = [];
  return {
    told,
    next: (data: R) => void told.push(data),
    error: (failure: Failure) => void told.push(`error ${failure.code}`),
    complete: () => void told.push("complete"),
  };
}

/** The states of a connection from now on, in order. */
export function statesOf({ connection }: Sparekey): string[] {
  const states: string[] = [connection.state];
  connection.subscribe(() => {
    if (connection.state !== states.at(-1)) states.push(connection.state);
  });
  return states;
}

export const until = (met: () => void) => vi.waitFor(met, { timeout: 3_000, interval: 5 });
