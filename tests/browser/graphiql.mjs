// GraphiQL as a person uses it: tabs, the variables, the execute button, what is answered.

import { launch } from "./chromium.mjs";

const PATIENCE = 30_000; // milliseconds

/** A browser that shows the explorer of that server, and writes down whatever goes wrong in it. */
export async function open(url, options = {}) {
  const browser = await launch();
  const page = await browser.newPage({ locale: "en-GB", ...options });
  page.setDefaultTimeout(PATIENCE);
  const seen = watch(page);
  await page.goto(`${url}/graphql`);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return { browser, page, seen, graphiql: new GraphiQL(page) };
}

class GraphiQL {
  constructor(page) {
    this.page = page;
  }

  /** Goes to that operation's tab, and runs it with these variables, or as they stand there. */
  async run(operation, variables) {
    await this.page.getByRole("combobox", { name: "Operation" }).selectOption(operation);
    if (variables) await this.#fill(variables);
    await this.page.getByRole("button", { name: "Execute query" }).click();
  }

  /** Waits until the answer shows that line; throws with the answer where it does not come. */
  async answers(line) {
    const lines = this.page.locator(".graphiql-response .view-line");
    await lines.filter({ hasText: line }).first().waitFor().catch(async (late) => {
      throw new Error(`No ${line} in: ${(await lines.allInnerTexts()).join("\n")}`, { cause: late });
    });
  }

  /** Waits until a subscription is open. */
  async isListening() {
    await this.page.getByRole("button", { name: "Stop query" }).waitFor();
  }

  /** Waits until the bar says that about who is signed in. */
  async says(text) {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  async signIn(email, password, code) {
    await this.run("Login", { input: { email, password } });
    await this.answers('"CodeRequired"');
    await this.run("VerifyCode", { input: { challenge: "{{challenge}}", code } });
    await this.answers('"SignedIn"');
    await this.says(email);
  }

  async signOut() {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.says("Not signed in");
  }

  async #fill(variables) {
    const editor = this.page.locator(".graphiql-editor-tool .monaco-editor").first();
    const text = JSON.stringify(variables, null, 2);
    await editor.locator(".view-lines").click();
    await this.page.keyboard.press("ControlOrMeta+A");
    // Pasted: the editor closes brackets and quotes of its own accord behind what is typed.
    await this.page.evaluate(paste, text);
    // It takes a moment until it is there, and anything pressed in between calls it off.
    for (const line of text.split("\n")) {
      await editor.locator(".view-line").filter({ hasText: line.trim() }).first().waitFor();
    }
    await this.page.keyboard.press("ControlOrMeta+Home");
  }
}

function paste(text) {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}

/** What a page must not do, and whom it asks. */
function watch(page) {
  const seen = { faults: [], hosts: new Set() };
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) seen.faults.push(line.text());
  });
  page.on("pageerror", (error) => seen.faults.push(String(error)));
  page.on("requestfailed", (request) => seen.faults.push(`${request.url()} failed`));
  page.on("request", (request) => note(seen, request.url()));
  page.on("websocket", (socket) => note(seen, socket.url()));
  return seen;
}

function note(seen, address) {
  const { protocol, host } = new URL(address);
  if (protocol !== "data:") seen.hosts.add(host || address);
}
