import type { Client, FormattedExecutionResult, SubscribePayload } from "graphql-ws/client";
import { Failure, refusal, type ServerError } from "./failure";

/** Milliseconds: how often a quiet line is tried, and how long an answer may take. */
const BEAT = 5_000;
const SILENCE = 4_500;
const OPENING = 10_000;
const LINGER = 1_000;
const PING = JSON.stringify({ type: "ping" });
/** graphql-ws sends nothing without a text. This one is taken out on the way. */
const NO_TEXT = "(known by its documentId)";

export interface Peer {
  url: string;
  token: () => string | null;
  WebSocket: typeof WebSocket | undefined;
}

/** Something followed. `variables` are read at each subscription. */
export interface Followed {
  documentId: string;
  variables(): unknown;
  sink: { next(data: unknown): void; error(failure: Failure): void; complete(): void };
}

/** One WebSocket from its opening to its end: it never reconnects and repeats nothing. */
export class Line {
  readonly #client: Promise<Client>;
  readonly #opening = setTimeout(() => this.#lose(), OPENING);
  readonly #live: () => void;
  readonly #over: (code: number | null) => void;
  #beat: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #webSocket: WebSocket | undefined;
  #ended = false;

  /** `live` is called once at most; `over` once, unless the line is dropped. */
  constructor(peer: Peer, live: () => void, over: (code: number | null) => void) {
    this.#live = live;
    this.#over = over;
    this.#client = this.#create(peer);
    this.#client.catch(() => this.#end(null));
  }

  /** Follows on this line, until the returned function is called. */
  carry({ documentId, variables, sink }: Followed): () => void {
    let stopped = false;
    let stop = () => {};
    const end = (tell: () => void) => {
      if (stopped || this.#ended) return;
      stopped = true;
      stop();
      tell();
    };
    const next = ({ data, errors }: FormattedExecutionResult) => {
      if (errors?.length) end(() => sink.error(refusal(errors as readonly ServerError[])));
      else if (!stopped && !this.#ended) apart(() => sink.next(data));
    };
    const error = (errors: unknown) => end(() => sink.error(failureOf(errors)));

    void this.#client.then((client) => {
      if (stopped || this.#ended) return;
      const payload = { documentId, variables: variables(), query: NO_TEXT } as SubscribePayload;
      stop = client.subscribe(payload, { next, error, complete: () => end(() => sink.complete()) });
    }, noop);
    return () => end(noop);
  }

  /** Asks whether the other end still answers. */
  probe(): void {
    if (this.#silence || !this.#beat) return;
    this.#silence = setTimeout(() => this.#lose(), SILENCE);
    this.#webSocket?.send(PING);
  }

  /** Ends the line without a word. */
  drop(): void {
    this.#stop();
    void this.#client.then((client) => client.terminate(), noop);
  }

  async #create({ url, token, WebSocket }: Peer): Promise<Client> {
    const { createClient } = await import("graphql-ws/client");
    const { href } = new URL(url, globalThis.location?.href);
    return createClient({
      url: href.replace(/^http/, "ws"),
      connectionParams: () => bearer(token()),
      lazyCloseTimeout: LINGER,
      retryAttempts: 0,
      jsonMessageReplacer: (_, value) => (value === NO_TEXT ? undefined : value),
      webSocketImpl: WebSocket,
      on: {
        opened: (webSocket) => (this.#webSocket = webSocket as WebSocket),
        connected: () => this.#begin(),
        message: () => this.#hear(),
        error: () => this.#end(null),
        closed: (event) => this.#end((event as CloseEvent).code),
      },
    });
  }

  #begin(): void {
    if (this.#ended) return;
    clearTimeout(this.#opening);
    this.#beat = setInterval(() => this.probe(), BEAT);
    this.#live();
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #lose(): void {
    this.drop();
    this.#over(null);
  }

  #end(code: number | null): void {
    if (this.#ended) return;
    this.#stop();
    this.#over(code);
  }

  #stop(): void {
    this.#ended = true;
    this.#hear();
    clearTimeout(this.#opening);
    clearInterval(this.#beat);
    // From now on graphql-ws does not reconnect on its own, with variables of the past.
    void this.#client.then((client) => client.dispose()).catch(noop);
  }
}

function failureOf(cause: unknown): Failure {
  return Array.isArray(cause) ? refusal(cause) : new Failure(String(cause), { kind: "network", cause });
}

function bearer(token: string | null): Record<string, string> | undefined {
  return token ? { authorization: `Bearer ${token}` } : undefined;
}

/** A listener's own failure must not take the line with it. */
function apart(tell: () => void): void {
  try {
    tell();
  } catch (failure) {
    queueMicrotask(() => {
      throw failure;
    });
  }
}

function noop(): void {}
