/**
 * idle: nothing is followed. connecting: for the first time. live. reconnecting: lost a moment
 * ago. offline: the device says so, or several tries have failed; tries go on.
 */
export type ConnectionState = "idle" | "connecting" | "live" | "reconnecting" | "offline";

/** How the socket does. `state` and `retryAt` fit `useSyncExternalStore`. */
export interface Connection {
  readonly state: ConnectionState;
  /** When the next try starts, in milliseconds since 1970; null while none is planned. */
  readonly retryAt: number | null;
  /** Tells the listener of each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

export class ConnectionStore implements Connection {
  state: ConnectionState = "idle";
  retryAt: number | null = null;
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  become(state: ConnectionState, retryAt: number | null = null): void {
    if (state === this.state && retryAt === this.retryAt) return;
    this.state = state;
    this.retryAt = retryAt;
    for (const listener of [...this.#listeners]) listener();
  }
}
