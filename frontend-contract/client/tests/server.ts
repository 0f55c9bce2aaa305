import { createServer, type IncomingMessage, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

export interface Subscription {
  documentId: string;
  variables: Record<string, unknown>;
  next(payload: unknown): void;
  error(code: string): void;
  complete(): void;
}

/** Speaks the protocol as the API does, and lets a test say when it breaks. */
export class Server {
  readonly inits: unknown[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly asked: { body: unknown; request: IncomingMessage }[] = [];
  onSubscribe: (subscription: Subscription) => void = () => {};
  answer: () => { status?: number; headers?: Record<string, string>; body: string } = () => ({ body: "{}" });
  #http: Http | undefined;
  #port = 0;
  readonly #sockets = new Set<WebSocket>();

  static async start(): Promise<Server> {
    const server = new Server();
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async start(): Promise<void> {
    const http = createServer((request, response) => {
      let text = "";
      request.on("data", (piece) => (text += piece));
      request.on("end", () => {
        this.asked.push({ body: JSON.parse(text), request });
        const { status = 200, headers = {}, body } = this.answer();
        response.writeHead(status, headers).end(body);
      });
    });
    const sockets = new WebSocketServer({ server: http, path: "/graphql" });
    sockets.on("connection", (socket) => this.#welcome(socket));
    await new Promise<void>((ready) => http.listen(this.#port, "127.0.0.1", ready));
    this.#port = (http.address() as AddressInfo).port;
    this.#http = http;
  }

  /** Away without a close frame, like a pulled plug. */
  async stop(): Promise<void> {
    this.cut();
    this.#http?.closeAllConnections();
    await new Promise((gone) => this.#http?.close(gone));
  }

  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  hangUp(code: number): void {
    for (const socket of this.#sockets) socket.close(code);
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    const say = (message: unknown) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message));
    socket.on("message", (text) => {
      const { type, id, payload } = JSON.parse(String(text));
      if (type === "connection_init") this.inits.push(payload) && say({ type: "connection_ack" });
      if (type === "ping") say({ type: "pong" });
      if (type !== "subscribe") return;
      const subscription = {
        ...payload,
        next: (payload: unknown) => say({ id, type: "next", payload }),
        error: (code: string) => say({ id, type: "error", payload: [{ message: code, extensions: { code } }] }),
        complete: () => say({ id, type: "complete" }),
      };
      this.subscriptions.push(subscription);
      this.onSubscribe(subscription);
    });
  }
}
