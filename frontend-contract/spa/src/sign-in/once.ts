import { useRef, useState } from "react";

interface Once {
  /** Does it, unless something is being done. What it rejects with is kept as `failure`. */
  run(action: () => Promise<void>): Promise<void>;
  /** Does again what failed. */
  again(): void;
  /** Waits no longer for what is being done, and drops the failure. */
  forget(): void;
  busy: boolean;
  failure: unknown;
}

/** One thing at a time: however often a button is pressed. */
export function useOnce(): Once {
  const running = useRef<() => Promise<void>>(null);
  const last = useRef<() => Promise<void>>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function run(action: () => Promise<void>) {
    if (running.current) return;
    running.current = last.current = action;
    setBusy(true);
    setFailure(null);
    const failed = await action().then(() => null, (cause: unknown) => cause);
    if (running.current !== action) return;
    running.current = null;
    setBusy(false);
    setFailure(failed);
  }

  function forget() {
    running.current = null;
    setBusy(false);
    setFailure(null);
  }

  return { run, again: () => void (last.current && run(last.current)), forget, busy, failure };
}
