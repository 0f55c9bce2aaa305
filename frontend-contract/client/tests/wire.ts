/** A WebSocket whose other end is the test: for what depends on the clock. */
export class Wire {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static readonly wires: Wire[] = [];
  /** What happens to new ones: nothing at all, a refusal, or a welcome. */
  static fate: "silence" | "refused" | "welcome" = "welcome";

  readyState = Wire.CONNECTING;
  readonly madeAt = Date.now();
  readonly said: { type: string; [more: string]: unknown }[] = [];
  /** Whether pings are answered. */
  answers = true;
  onopen: (() => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  constructor() {
    Wire.wires.push(this);
    if (Wire.fate === "refused") queueMicrotask(() => this.end(1006));
    if (Wire.fate === "welcome") queueMicrotask(() => this.welcome());
  }

  static get last(): Wire {
    const last = Wire.wires.at(-1);
    if (!last) throw new Error("no wire was opened");
    return last;
  }

  send(text: string): void {
    const message = JSON.parse(text);
    this.said.push(message);
    if (message.type === "connection_init") this.hear({ type: "connection_ack" });
    if (message.type === "ping" && this.answers) this.hear({ type: "pong" });
  }

  hear(message: unknown): void {
    queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(message) }));
  }

  end(code: number): void {
    if (this.readyState === Wire.CLOSED) return;
    this.readyState = Wire.CLOSED;
    this.onclose?.({ code, reason: "" });
  }

  /** A close that waits for the other end, which is silent. */
  close(): void {
    this.readyState = Wire.CLOSING;
  }

  welcome(): void {
    this.readyState = Wire.OPEN;
    this.onopen?.();
  }
}
