import { RecoveryQueueDocument, WatchQueueStatusDocument } from "@sparekey/client";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { sparekey, useFollow } from "../../api";
import { useConnectionState } from "../header/ConnectionState";
import { QueueStore } from "../queue/store";
import { DeskContext, type QueueStatus, type Viewer } from "./desk";
import { Listeners } from "./listeners";

/** Follows the queue for everything at the desk, whichever page is open. */
export function Feed({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const [status, setStatus] = useState<QueueStatus | null>(null);
  useFollow(WatchQueueStatusDocument, {}, ({ queueStatus }) => setStatus(queueStatus));
  const { queue, listeners } = useQueueFeed(viewer.id);
  const desk = useMemo(
    () => ({ viewer, queue, status, listen: listeners.add }),
    [viewer, queue, status, listeners],
  );
  useOverdueAnew(queue, status?.overdue ?? 0);
  useAgainWhenLive(queue);
  return <DeskContext value={desk}>{children}</DeskContext>;
}

function useQueueFeed(viewerId: string) {
  const [feed] = useState(() => ({ queue: new QueueStore(viewerId, ask), listeners: new Listeners() }));
  useEffect(() => {
    const { queue, listeners } = feed;
    let begun = false;
    const unfollow = sparekey.followQueue({
      async snapshot() {
        const cursor = await queue.snapshot();
        if (begun) listeners.lost();
        begun = true;
        return cursor;
      },
      event(event) {
        queue.hear(event);
        listeners.tell(event);
      },
    });
    return () => {
      unfollow();
      queue.stop();
    };
  }, [feed]);
  return feed;
}

/** What becomes overdue by time alone has no event: where that is all that is shown, it is asked for. */
function useOverdueAnew(queue: QueueStore, overdue: number) {
  useEffect(() => {
    const { wanted, asking } = queue.shown();
    if (wanted.show === "overdue" && !asking) void queue.reload().catch(() => undefined);
  }, [queue, overdue]);
}

/** What failed while the connection was lost is asked for again. */
function useAgainWhenLive(queue: QueueStore) {
  const state = useConnectionState();
  useEffect(() => {
    if (state === "live" && queue.shown().failure) void queue.again();
  }, [queue, state]);
}

const ask: ConstructorParameters<typeof QueueStore>[1] = async (variables, signal) =>
  (await sparekey.run(RecoveryQueueDocument, variables, { signal })).recoveryQueue;
