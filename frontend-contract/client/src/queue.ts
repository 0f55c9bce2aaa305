import { documentIdOf } from "./documents";
import { Failure } from "./failure";
import { RecoveryQueueEventsDocument, type RecoveryQueueEventsSubscription } from "./generated/graphql";
import { waitBefore } from "./patience";
import type { Socket } from "./socket";

export type QueueEvent = RecoveryQueueEventsSubscription["recoveryQueueEvents"];

export interface QueueSink {
  /** Asks for the queue anew, and answers its `eventCursor`. Called first, and where events were lost. */
  snapshot(): Promise<string>;
  /** One change, after all that were told before and before all that follow. */
  event(event: QueueEvent): void;
  /** The end: nothing more comes. */
  error?(failure: Failure): void;
}

/** What a new snapshot may mend. */
const PASSING = new Set<string | null>(["CURSOR_EXPIRED", "INTERNAL", "UNAVAILABLE"]);

/** The queue from a snapshot on, without gaps or doubles. */
export function followQueue(socket: Socket, sink: QueueSink): () => void {
  const documentId = documentIdOf(RecoveryQueueEventsDocument);
  let ended = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unfollow = () => {};

  async function begin(): Promise<void> {
    try {
      const cursor = await sink.snapshot();
      if (!ended) resume(cursor);
    } catch (failure) {
      mend(failure);
    }
  }

  function resume(cursor: string): void {
    unfollow = socket.follow({
      documentId,
      // Read at every subscription: a reconnection goes on where the last one ended.
      variables: () => ({ after: cursor }),
      sink: {
        next(data) {
          const event = (data as RecoveryQueueEventsSubscription).recoveryQueueEvents;
          sink.event(event);
          cursor = event.cursor;
          failures = 0;
        },
        error: mend,
        complete: () => later(() => resume(cursor)),
      },
    });
  }

  function mend(failure: unknown): void {
    if (ended) return;
    if (!(failure instanceof Failure) || passes(failure)) return later(() => void begin());
    ended = true;
    sink.error?.(failure);
  }

  function later(step: () => void): void {
    timer = setTimeout(step, waitBefore(failures++));
  }

  void begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    unfollow();
  };
}

function passes({ kind, code }: Failure): boolean {
  return kind === "network" ? code === null : PASSING.has(code);
}
