import type { QueueEvent, ViewerQuery, WatchQueueStatusSubscription } from "@sparekey/client";
import { createContext, useContext, useEffect, useRef } from "react";
import type { QueueStore } from "../queue/store";
import type { Listen } from "./listeners";

export type Viewer = Pick<NonNullable<ViewerQuery["viewer"]>, "id" | "email" | "roles">;
export type QueueStatus = WatchQueueStatusSubscription["queueStatus"];

/** What everything at the desk shares. */
export interface DeskState {
  viewer: Viewer;
  queue: QueueStore;
  /** The counters, live; null until they were told first. */
  status: QueueStatus | null;
  listen: Listen;
}

export const DeskContext = createContext<DeskState | null>(null);

export function useDesk(): DeskState {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("This is shown at the desk only.");
  return desk;
}

/** Hears what happens to all tickets, live. */
export function useQueueEvents(onEvent: (event: QueueEvent) => void): void {
  useEvents(null, onEvent);
}

/**
 * Hears what happens to that ticket, live; nothing while its id is not known yet. `onLost`: events
 * may have been missed, so ask for the ticket anew.
 */
export function useTicketEvents(
  ticketId: string | undefined,
  onEvent: (event: QueueEvent) => void,
  onLost?: () => void,
): void {
  useEvents(ticketId, onEvent, onLost);
}

function useEvents(
  ticketId: string | null | undefined,
  onEvent: (event: QueueEvent) => void,
  onLost?: () => void,
): void {
  const { listen } = useDesk();
  const latest = useRef({ onEvent, onLost });
  useEffect(() => {
    latest.current = { onEvent, onLost };
  });
  useEffect(() => {
    if (ticketId === undefined) return;
    return listen(ticketId, {
      event: (event) => latest.current.onEvent(event),
      lost: () => latest.current.onLost?.(),
    });
  }, [listen, ticketId]);
}
