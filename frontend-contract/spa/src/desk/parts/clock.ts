import { useSyncExternalStore } from "react";

const MINUTE = 60_000;

// One timer for all bars of a page, so that they change together.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Whole minutes until that instant; below 0 from the very second on that it has passed. */
export function useMinutesUntil(instant: string): number {
  return useSyncExternalStore(subscribe, () => minutesUntil(instant, Date.now()));
}

export function minutesUntil(instant: string, now: number): number {
  return Math.floor((Date.parse(instant) - now) / MINUTE);
}
