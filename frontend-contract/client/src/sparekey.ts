import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { Connection } from "./connection";
import { documentIdOf } from "./documents";
import { Failure } from "./failure";
import { ask, type Http } from "./http";
import { followQueue, type QueueSink } from "./queue";
import { Socket } from "./socket";

export interface Options {
  /** Where the API is; "/graphql" where nothing is said. */
  url?: string;
  /** The bearer token, where the session is not in a cookie. */
  token?: () => string | null;
  /** In what language problems speak: de, en or sv. */
  language?: () => string | undefined;
  fetch?: typeof fetch;
  WebSocket?: typeof WebSocket;
  /** Milliseconds until an answer counts as lost: 20,000. */
  patience?: number;
}

export interface Sink<R> {
  next(data: R): void;
  /** The end: nothing more comes. */
  error(failure: Failure): void;
  /** The end: everything was said. */
  complete(): void;
}

export interface Sparekey {
  /** Asks over HTTP. Rejects with a Failure. */
  run<R, V>(document: TypedDocumentNode<R, V>, variables: V, options?: { signal?: AbortSignal }): Promise<R>;
  /** Follows over the one socket, through reconnections, until the returned function is called. */
  follow<R, V>(document: TypedDocumentNode<R, V>, variables: V, sink: Sink<R>): () => void;
  /** Follows the queue without gaps or doubles, until the returned function is called. */
  followQueue(sink: QueueSink): () => void;
  /** After sign-in, sign-out or enrolment: a new socket, with the new session, for what is followed. */
  restart(): void;
  readonly connection: Connection;
  /** Tells when the session has ended, or may do less than before: ask `Viewer`. */
  onSessionEnded(listener: () => void): () => void;
  /** Ends everything that is followed. */
  close(): void;
}

/** One client of one server, with one socket that opens when something is followed. */
export function createSparekey(options: Options = {}): Sparekey {
  const ended = new Set<() => void>();
  const tellEnded = () => [...ended].forEach((listener) => listener());
  const http = httpOf(options);
  const socket = new Socket({ url: http.url, token: http.token, WebSocket: options.WebSocket }, tellEnded);

  return {
    async run<R, V>(document: TypedDocumentNode<R, V>, variables: V, { signal }: { signal?: AbortSignal } = {}) {
      try {
        return (await ask(http, documentIdOf(document), variables, signal)) as R;
      } catch (failure) {
        if (failure instanceof Failure && failure.sessionEnded) tellEnded();
        throw failure;
      }
    },
    follow<R, V>(document: TypedDocumentNode<R, V>, variables: V, sink: Sink<R>) {
      const documentId = documentIdOf(document);
      return socket.follow({ documentId, variables: () => variables, sink: sink as Sink<unknown> });
    },
    followQueue: (sink) => followQueue(socket, sink),
    restart: () => socket.restart(),
    connection: socket.connection,
    onSessionEnded(listener) {
      ended.add(listener);
      return () => void ended.delete(listener);
    },
    close: () => socket.close(),
  };
}

function httpOf({ url = "/graphql", token, language, fetch, patience = 20_000 }: Options): Http {
  return {
    url,
    fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
    token: token ?? (() => null),
    language: language ?? (() => undefined),
    patience,
  };
}
