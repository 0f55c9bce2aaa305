import { describe, expect, it } from "vitest";
import { documentIdOf, LoginDocument, ViewerDocument } from "../src/index";
import { withServer } from "./people";

const here = withServer();
const json = (body: unknown, status = 200) => () => ({ status, body: JSON.stringify(body) });

describe("run", () => {
  it("sends the document's id, never its text", async () => {
    here.server.answer = json({ data: { login: { __typename: "InvalidCredentials", message: "No." } } });
    const input = { email: "kim@example.com", password: "secret" };
    const { login } = await here.client().run(LoginDocument, { input });

    expect(login.__typename).toBe("InvalidCredentials");
    expect(here.server.asked[0]?.body).toEqual({ documentId: documentIdOf(LoginDocument), variables: { input } });
    expect(documentIdOf(LoginDocument)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("asks in a language, for the answer's own content type, with the bearer token of the moment", async () => {
    here.server.answer = json({ data: { viewer: null } });
    let token: string | null = null;
    const client = here.client({ language: () => "sv", token: () => token });
    await client.run(ViewerDocument, {});
    token = "t1";
    await client.run(ViewerDocument, {});

    const [first, second] = here.server.asked.map(({ request }) => request.headers);
    expect(first).toMatchObject({
      "accept-language": "sv",
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
    });
    expect(first).not.toHaveProperty("authorization");
    expect(second?.authorization).toBe("Bearer t1");
  });

  it("fails with code, request id and argument of a GraphQL error, whatever the status", async () => {
    const extensions = { code: "BAD_USER_INPUT", requestId: "r-1", argument: "id" };
    for (const status of [200, 400]) {
      here.server.answer = json({ data: null, errors: [{ message: "Bad.", extensions }] }, status);
      await expect(here.client().run(ViewerDocument, {})).rejects.toMatchObject({
        kind: "graphql",
        message: "Bad.",
        code: "BAD_USER_INPUT",
        requestId: "r-1",
        field: "id",
      });
    }
  });

  it("tells a server without its data by what that says, not as the network", async () => {
    const extensions = { code: "UNAVAILABLE", requestId: "r-3" };
    here.server.answer = json({ errors: [{ message: "Später.", extensions }] }, 503);
    const failure = { kind: "graphql", message: "Später.", code: "UNAVAILABLE", requestId: "r-3" };
    await expect(here.client().run(ViewerDocument, {})).rejects.toMatchObject(failure);
  });

  it("takes no part of an answer that has errors", async () => {
    here.server.answer = json({ data: { viewer: null }, errors: [{ message: "Half." }] });
    await expect(here.client().run(ViewerDocument, {})).rejects.toMatchObject({ kind: "graphql", code: null });
  });

  it.each(["<h1>Bad gateway</h1>", "null", "3", "{}", '{"errors": []}'])("fails as the network where %s comes", async (body) => {
    here.server.answer = () => ({ status: 502, headers: { "x-request-id": "r-2" }, body });
    const failure = { name: "Failure", kind: "network", code: null, requestId: "r-2", message: expect.stringContaining("502") };
    await expect(here.client().run(ViewerDocument, {})).rejects.toMatchObject(failure);
  });

  it("fails as the network where nobody listens", async () => {
    await here.server.stop();
    await expect(here.client().run(ViewerDocument, {})).rejects.toMatchObject({ kind: "network", code: null });
    await here.server.start();
  });

  it("gives up waiting", async () => {
    const never = (_: unknown, { signal }: RequestInit = {}) =>
      new Promise<Response>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const asked = here.client({ fetch: never as typeof fetch, patience: 20 }).run(ViewerDocument, {});
    await expect(asked).rejects.toMatchObject({ kind: "network", cause: { name: "TimeoutError" } });
  });

  it("stops when told to", async () => {
    const given = new AbortController();
    const asked = here.client().run(ViewerDocument, {}, { signal: given.signal });
    given.abort();
    await expect(asked).rejects.toMatchObject({ kind: "network", cause: { name: "AbortError" } });
  });

  it.each([
    ["UNAUTHENTICATED", 1],
    ["FORBIDDEN", 1],
    ["INTERNAL", 0],
  ])("%s tells %i times that the session may have ended", async (code, times) => {
    here.server.answer = json({ errors: [{ message: "No.", extensions: { code } }] });
    const client = here.client();
    let told = 0;
    client.onSessionEnded(() => told++);
    client.onSessionEnded(() => (told += 100))();
    await client.run(ViewerDocument, {}).catch(() => {});
    expect(told).toBe(times);
  });
});
