import {
  ResetStatusDocument,
  WatchResetStatusDocument,
  type WatchResetStatusSubscription,
} from "@sparekey/client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { sparekey, useFollow, type Failure } from "../../api";

export type ResetStatus = WatchResetStatusSubscription["resetStatus"];

const ASK_EVERY = 15_000;

export interface Followed {
  status: ResetStatus | undefined;
  /** Why nothing more is coming; NOT_FOUND where no request belongs to the receipt. */
  failure: Failure | undefined;
  /** Takes over what another answer said of the same request. */
  learn(status: ResetStatus): void;
}

/** A request as it stands, live; asked for now and then where no live connection comes about. */
export function useResetStatus(receipt: string): Followed {
  const [status, learn] = useState<ResetStatus>();
  const failure = useFollow(WatchResetStatusDocument, { receipt }, (data) => learn(data.resetStatus));
  const lost = useConnectionLost();
  const asking = lost && !failure && !(status && isDecided(status));

  useEffect(() => {
    if (!asking) return;
    const given = new AbortController();
    const ask = () =>
      void sparekey
        .run(ResetStatusDocument, { receipt }, { signal: given.signal })
        .then(({ resetStatus }) => resetStatus && !given.signal.aborted && learn(resetStatus))
        .catch(() => undefined); // Asked again soon; the page says that it is not live.
    ask();
    const timer = setInterval(ask, ASK_EVERY);
    return () => {
      given.abort();
      clearInterval(timer);
    };
  }, [receipt, asking]);

  return { status, failure, learn };
}

export function isDecided({ state }: ResetStatus): boolean {
  return state !== "WAITING" && state !== "CLAIMED";
}

/** Whether the live connection is gone for the moment. */
export function useConnectionLost(): boolean {
  const { connection } = sparekey;
  const state = useSyncExternalStore(connection.subscribe, () => connection.state);
  return state === "reconnecting" || state === "offline";
}
