import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import { Kind, parse, type ExecutionResult, type OperationDefinitionNode } from "graphql";
import { createClient, type SubscribePayload } from "graphql-ws";
import { fill, learn } from "./capabilities";
import { preferred, type Language } from "./language";
import { queryOf } from "./operations";

export type Answer = ExecutionResult<Record<string, unknown>>;
type HeaderFields = Record<string, string>;
interface Observer {
  next(answer: Answer): void;
  error(fault: unknown): void;
  complete(): void;
}

const ENDPOINT = "/graphql";
const JSON_HEADERS = {
  "content-type": "application/json",
  accept: "application/graphql-response+json, application/json;q=0.9",
};

/** Asks the server this page came from: operations by POST, subscriptions by WebSocket. */
export class Transport {
  language: Language = preferred();
  /** Called with each answer by POST, and whether it is a mutation's. */
  onAnswer: (answer: Answer, mutated: boolean) => void = () => undefined;
  #bearer: string | undefined;

  #sockets = createClient({
    url: new URL(ENDPOINT, location.href.replace(/^http/, "ws")).href,
    // Repeating would begin at the first cursor again; whoever explores shall see the close.
    retryAttempts: 0,
    connectionParams: () => (this.#bearer ? { authorization: this.#bearer } : {}),
  });

  /** As GraphiQL wants it. */
  fetcher: Fetcher = (asked, options) => {
    const headers: HeaderFields = options?.headers ?? {};
    const operation = operationOf(asked);
    const payload: SubscribePayload = {
      query: asked.query,
      operationName: operation?.name?.value ?? null,
      variables: fill(asked.variables ?? {}) as Record<string, unknown>,
    };
    if (operation?.operation === "subscription") return this.#subscribe(payload, headers);
    return this.#answer(payload, headers, operation?.operation === "mutation");
  };

  /** One of the contract's operations that take no variables, for this page itself. */
  ask(name: string): Promise<Answer> {
    return this.#post({ query: queryOf(name), operationName: name }, {});
  }

  /** A socket keeps the session it was opened with: the next one is opened anew. */
  renew(): void {
    this.#sockets.terminate();
  }

  async #answer(payload: SubscribePayload, headers: HeaderFields, mutates: boolean): Promise<Answer> {
    const answer = await this.#post(payload, headers);
    learn(answer);
    this.onAnswer(answer, mutates);
    return answer;
  }

  #subscribe(payload: SubscribePayload, headers: HeaderFields): Observable<Answer> {
    this.#bearer = Object.entries(headers).find(([name]) => /^authorization$/i.test(name))?.[1];
    const subscribe = ({ next, error, complete }: Observer) => ({
      unsubscribe: this.#sockets.subscribe(payload, {
        next: (event) => next(event as Answer),
        error: (fault) => error(readable(fault)),
        complete,
      }),
    });
    return { subscribe } as Observable<Answer>; // of its three forms GraphiQL uses this one
  }

  async #post(payload: SubscribePayload, headers: HeaderFields): Promise<Answer> {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      credentials: "same-origin",
      headers: { ...JSON_HEADERS, "accept-language": this.language, ...headers },
      body: JSON.stringify(payload),
    });
    return (await response.json()) as Answer;
  }
}

/** Read from the text: for a moment after a change of tabs, what GraphiQL tells is the old. */
function operationOf({ query, operationName }: FetcherParams): OperationDefinitionNode | undefined {
  try {
    const { definitions } = parse(query, { noLocation: true });
    const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    return operations.find((one) => one.name?.value === operationName) ?? operations[0];
  } catch {
    return undefined; // the server says what is wrong with it
  }
}

/** A closed socket in words; as a plain object, which GraphiQL shows without a stack. */
function readable(fault: unknown): unknown {
  const { code, reason } = (fault ?? {}) as { code?: unknown; reason?: unknown };
  return typeof code === "number" ? { message: `The socket was closed: ${code} ${reason}` } : fault;
}
