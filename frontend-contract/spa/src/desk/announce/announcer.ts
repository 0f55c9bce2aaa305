const PAUSE = 1000;
const AT_ONCE = 3;

/** Says what happened, at most once a second; of much at once only how much it was. */
export class Announcer {
  readonly #say: (words: string) => void;
  readonly #many: (count: number) => string;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(say: (words: string) => void, many: (count: number) => string) {
    this.#say = say;
    this.#many = many;
  }

  announce = (words: string): void => {
    this.#waiting.push(words);
    this.#timer ??= setTimeout(this.#flush, Math.max(0, this.#last + PAUSE - performance.now()));
  };

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush = (): void => {
    const waiting = this.#waiting;
    this.stop();
    this.#last = performance.now();
    this.#say(waiting.length > AT_ONCE ? this.#many(waiting.length) : waiting.join(" "));
  };
}
