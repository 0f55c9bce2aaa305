import { useSyncExternalStore } from "react";
import type { QueueStore, Shown } from "./store";

export function useShown(queue: QueueStore): Shown {
  return useSyncExternalStore(queue.subscribe, queue.shown);
}
