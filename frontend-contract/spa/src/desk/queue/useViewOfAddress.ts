import { useLayoutEffect } from "react";
import { useSearchParams } from "wouter";
import { viewAt } from "./address";
import type { QueueStore } from "./store";

/** Shows what the address says, so that a link and the back button do. */
export function useViewOfAddress(queue: QueueStore): void {
  const [parts] = useSearchParams();
  const { show, order } = viewAt(parts);
  // Before the feed asks for the queue the first time.
  useLayoutEffect(() => queue.show({ show, order }), [queue, show, order]);
}
