// graphql-ws as it comes, with `ws`: our schema, and an async generator per subscriber.
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createControl } from "node:net";
import { createInterface } from "node:readline";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

const [port, control] = process.argv.slice(2);
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const schema = buildSchema(read("../../../frontend-contract/schema.graphql"));
const event = JSON.parse(read("../load/event.json"));
const subscribers = new Set();

/** Every event from now on, for one subscriber. */
async function* recoveryQueueEvents() {
  const waiting = [];
  const subscriber = { waiting, wake: () => {} };
  subscribers.add(subscriber);
  try {
    for (;;) {
      while (waiting.length) yield { recoveryQueueEvents: waiting.shift() };
      await new Promise((resolve) => (subscriber.wake = resolve));
    }
  } finally {
    subscribers.delete(subscriber);
  }
}

function publish(number) {
  const mark = `##${number}.${process.hrtime.bigint()}##`;
  const next = { ...event, ticket: { ...event.ticket, reference: mark } };
  for (const { waiting, wake } of subscribers) {
    waiting.push(next);
    wake();
  }
}

rmSync(control, { force: true });
createControl((socket) => {
  let number = 0;
  socket.on("error", () => {});
  createInterface({ input: socket }).on("line", (line) => {
    while (number < Number(line)) publish(++number);
  });
}).listen(control);

const http = createServer((_, response) => response.end("ok"));
const server = new WebSocketServer({ server: http, path: "/graphql" });
useServer({ schema, roots: { subscription: { recoveryQueueEvents } } }, server);
http.listen(Number(port), "127.0.0.1");
