import { Failure, refusal, type ServerError } from "./failure";

export interface Http {
  url: string;
  fetch: typeof fetch;
  token: () => string | null;
  language: () => string | undefined;
  /** Milliseconds until an answer counts as lost. */
  patience: number;
}

interface Answer {
  data?: unknown;
  errors?: readonly ServerError[];
}

/** Asks once, and answers `data`. Rejects with a Failure. */
export async function ask(
  http: Http,
  documentId: string,
  variables: unknown,
  given?: AbortSignal,
): Promise<unknown> {
  const inTime = AbortSignal.timeout(http.patience);
  const signal = given ? AbortSignal.any([given, inTime]) : inTime;
  try {
    const body = JSON.stringify({ documentId, variables });
    const { fetch, url } = http;
    const response = await fetch(url, { method: "POST", headers: headers(http), body, signal });
    return await read(response);
  } catch (cause) {
    throw cause instanceof Failure ? cause : lost(String(cause), null, cause);
  }
}

function headers({ token, language }: Http): Record<string, string> {
  const bearer = token();
  const preferred = language();
  return {
    accept: "application/graphql-response+json, application/json;q=0.9",
    "content-type": "application/json",
    ...(preferred && { "accept-language": preferred }),
    ...(bearer && { authorization: `Bearer ${bearer}` }),
  };
}

async function read(response: Response): Promise<unknown> {
  const requestId = response.headers.get("x-request-id");
  const answer = parsed(await response.text());
  if (answer?.errors?.length) throw refusal(answer.errors, requestId);
  // A proxy answers with a page of its own while the server is away.
  if (!answer?.data) throw lost(`HTTP ${response.status} without an answer`, requestId);
  return answer.data;
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer | null;
  } catch {
    return null;
  }
}

function lost(message: string, requestId: string | null, cause?: unknown): Failure {
  return new Failure(message, { kind: "network", requestId, cause });
}
