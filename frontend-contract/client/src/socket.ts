import { ConnectionStore } from "./connection";
import { deviceOffline, watchDevice } from "./device";
import { Failure } from "./failure";
import { Line, type Followed, type Peer } from "./line";
import { waitAfterGoodbye, waitBefore } from "./patience";

const SESSION_ENDED = 4401;
/** The server is restarted. */
const GOING_AWAY = 1001;
/** A bug of ours, which another try would only repeat. */
const BUGS = new Set([4400, 4406, 4409, 4429]);
/** Milliseconds after which a line counts as good, and the tries before it as forgotten. */
const GOOD = 5_000;
/** The loss and so many tries until people are told "offline" instead of "reconnecting". */
const OFFLINE = 5;

/** Everything that is followed, over one line at a time. */
export class Socket {
  readonly connection = new ConnectionStore();
  readonly #followed = new Map<Followed, () => void>();
  readonly #peer: Peer;
  readonly #tellEnded: () => void;
  #line: Line | null = null;
  #failures = 0;
  #liveSince: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(peer: Peer, tellEnded: () => void) {
    this.#peer = peer;
    this.#tellEnded = tellEnded;
  }

  /** Follows on this line and all later ones, until it ends or the returned function is called. */
  follow({ sink, ...asked }: Followed): () => void {
    const ending = <Args extends unknown[]>(tell: (...args: Args) => void) => {
      return (...args: Args) => void (this.#followed.delete(followed) && tell(...args));
    };
    const error = ending((failure: Failure) => {
      sink.error(failure);
      if (failure.sessionEnded) this.#tellEnded();
    });
    const followed: Followed = {
      ...asked,
      sink: { next: (data) => sink.next(data), error, complete: ending(() => sink.complete()) },
    };
    this.#followed.set(followed, this.#line?.carry(followed) ?? noop);
    this.#unwatch ??= watchDevice(this.#back, this.#gone);
    if (!this.#line && !this.#timer) this.#open();
    return () => this.#unfollow(followed);
  }

  /** A new line for what is followed. */
  restart(): void {
    this.#hangUp();
    this.#failures = 0;
    this.connection.become(this.#followed.size ? "connecting" : "idle");
    if (this.#followed.size) this.#open();
  }

  /** Nothing is followed any more. */
  close(): void {
    this.#followed.clear();
    this.restart();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #open(): void {
    this.#clearTimer();
    const { state } = this.connection;
    this.connection.become(state === "idle" ? "connecting" : state);
    const line = new Line(this.#peer, () => this.#live(), (code) => this.#over(code));
    this.#line = line;
    for (const followed of this.#followed.keys()) this.#followed.set(followed, line.carry(followed));
  }

  #unfollow(followed: Followed): void {
    this.#followed.get(followed)?.();
    this.#followed.delete(followed);
    // An open line lingers, and ends by itself.
    if (!this.#followed.size && !this.#line) this.restart();
  }

  #live(): void {
    this.#liveSince = Date.now();
    this.connection.become("live");
  }

  #over(code: number | null): void {
    const wasGood = this.#liveSince !== null && Date.now() - this.#liveSince >= GOOD;
    if (wasGood) this.#failures = 0;
    this.#hangUp();
    if (!this.#followed.size) return this.restart();
    if (code === SESSION_ENDED) return this.connection.become("idle"), this.#tellEnded();
    if (code !== null && BUGS.has(code)) return this.#giveUp(code);
    this.#tryAgain(code);
  }

  #tryAgain(code: number | null): void {
    const goodbye = code === GOING_AWAY && this.#failures === 0;
    const wait = goodbye ? waitAfterGoodbye() : waitBefore(this.#failures);
    this.#failures++;
    const offline = deviceOffline() || this.#failures >= OFFLINE;
    this.connection.become(offline ? "offline" : "reconnecting", wait ? Date.now() + wait : null);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #giveUp(code: number): void {
    const failure = new Failure(`closed with ${code}`, { kind: "network", code: String(code) });
    this.connection.become("idle");
    for (const { sink } of [...this.#followed.keys()]) sink.error(failure);
  }

  #hangUp(): void {
    this.#clearTimer();
    this.#line?.drop();
    this.#line = null;
    this.#liveSince = null;
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #back = (): void => {
    this.#line?.probe();
    if (!this.#timer) return;
    this.connection.become("reconnecting");
    this.#open();
  };

  #gone = (): void => {
    if (this.#line) this.#over(null);
    else if (this.#timer) this.connection.become("offline", this.connection.retryAt);
  };
}

function noop(): void {}
