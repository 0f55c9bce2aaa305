import type { QueueEvent } from "@sparekey/client";

export interface Listener {
  event(event: QueueEvent): void;
  /** Events may have been missed. */
  lost(): void;
}

/** Hears of one ticket, or of all (null), until the returned function is called. */
export type Listen = (ticketId: string | null, listener: Listener) => () => void;

/** Who wants to hear of which ticket. */
export class Listeners {
  readonly #all = new Set<{ ticketId: string | null; listener: Listener }>();

  add: Listen = (ticketId, listener) => {
    const entry = { ticketId, listener };
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  };

  tell(event: QueueEvent): void {
    for (const { ticketId, listener } of [...this.#all])
      if (ticketId === null || ticketId === event.ticket.id) listener.event(event);
  }

  lost(): void {
    for (const { listener } of [...this.#all]) listener.lost();
  }
}
