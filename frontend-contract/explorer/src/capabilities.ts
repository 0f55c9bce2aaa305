// Tokens that one answer hands out and the next request asks for. They live as long as the page.

const NAMED = ["receipt", "reference", "eventCursor"];
const known = new Map<string, string>();

/** Remember what an answer hands out; of several the first. */
export function learn(answer: unknown): void {
  const found = new Map<string, string>();
  collect(answer, found);
  for (const [name, value] of found) known.set(name, value);
}

export function forget(): void {
  known.clear();
}

/** The same values, with each "{{name}}" filled in. Throws where no answer has given it yet. */
export function fill(value: unknown): unknown {
  if (typeof value === "string") return filled(value);
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner)]));
}

function filled(text: string): string {
  const name = /^\{\{(\w+)\}\}$/.exec(text)?.[1];
  if (!name) return text;
  const value = known.get(name);
  if (value === undefined) throw new Error(`No answer has given a ${name} yet: nothing was sent.`);
  return value;
}

function collect(value: unknown, found: Map<string, string>): void {
  if (typeof value !== "object" || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const name of NAMED) keep(found, name, fields[name]);
  keep(found, "challenge", (fields["challenge"] as { token?: unknown } | undefined)?.token);
  // Of all that has an id, only tickets have a reference too.
  if ("reference" in fields) keep(found, "ticketId", fields["id"]);
  for (const inner of Object.values(fields)) collect(inner, found);
}

function keep(found: Map<string, string>, name: string, value: unknown): void {
  if (typeof value === "string" && !found.has(name)) found.set(name, value);
}
