// Makes docs/pictures/graphiql.png, for `make screenshots`.
//
// On a demo server of its own the agent signs in and subscribes; then otto asks for a reset.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { open } from "./graphiql.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SPAREKEY = join(ROOT, ".venv/bin/sparekey");
const PICTURES = join(ROOT, "docs/pictures");
const PORT = process.env.PORT ?? "8765";
const SERVER = `http://127.0.0.1:${PORT}`;
const PASSWORD = "fresh air for everyone";
const AGENT = "agent@example.com";
const CUSTOMER = "otto@example.com";
const START_WITHIN = 60; // seconds

const folder = mkdtempSync(join(tmpdir(), "sparekey-"));
const demo = spawn(SPAREKEY, ["demo", "--port", PORT], { cwd: folder, stdio: "ignore" });
try {
  await ready();
  mkdirSync(PICTURES, { recursive: true });
  await graphiql(join(PICTURES, "graphiql.png"));
} finally {
  demo.kill();
  if (demo.exitCode === null) await once(demo, "exit");
  rmSync(folder, { recursive: true });
}

async function graphiql(picture) {
  const { browser, page, graphiql } = await open(SERVER, {
    viewport: { width: 1440, height: 900 },
  });
  try {
    const code = execFileSync(SPAREKEY, ["demo", "code", AGENT], { cwd: folder, encoding: "utf8" });
    await graphiql.signIn(AGENT, PASSWORD, code.trim());
    await graphiql.run("RecoveryQueue");
    await graphiql.answers('"recoveryQueue"');
    await graphiql.run("RecoveryQueueEvents", { after: "{{eventCursor}}" });
    await graphiql.isListening();
    await askForReset();
    await graphiql.answers('"TicketSubmitted"');
    await pause(1000); // colours and markers come a little later than the text
    await page.screenshot({ path: picture });
    console.log(picture);
  } finally {
    await browser.close();
  }
}

async function askForReset() {
  const { challenge } = await ask("Login", { email: CUSTOMER, password: PASSWORD });
  await ask("RequestReset", {
    challenge: challenge.token,
    reason: "PHONE_LOST",
    deviceSerialNumber: "AHU-1001",
  });
}

async function ask(operationName, input) {
  const file = join(ROOT, "frontend-contract/operations", `${operationName}.graphql`);
  const response = await fetch(`${SERVER}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: readFileSync(file, "utf8"), operationName, variables: { input } }),
  });
  return Object.values((await response.json()).data)[0];
}

async function ready() {
  for (let second = 0; second < START_WITHIN; second++) {
    if (demo.exitCode !== null) throw new Error(`The demo server ended: is port ${PORT} free?`);
    const answer = await fetch(`${SERVER}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(1000);
  }
  throw new Error("The demo server did not start.");
}
