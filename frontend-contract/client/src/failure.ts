/** What a server says in `errors`. */
export interface ServerError {
  message: string;
  extensions?: { code?: string; requestId?: string; argument?: string };
}

interface Details {
  kind: "network" | "graphql";
  code?: string | undefined;
  requestId?: string | null | undefined;
  field?: string | undefined;
  cause?: unknown;
}

/** There is no answer: the network failed ("network"), or the server refused ("graphql"). */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: "network" | "graphql";
  /** `extensions.code`, such as UNAUTHENTICATED. */
  readonly code: string | null;
  /** Finds the entry in the server's log. */
  readonly requestId: string | null;
  /** The argument that was malformed. */
  readonly field: string | null;

  constructor(message: string, { kind, code, requestId, field, cause }: Details) {
    super(message, { cause });
    this.kind = kind;
    this.code = code ?? null;
    this.requestId = requestId ?? null;
    this.field = field ?? null;
  }

  /** Whether the session has ended, or may not do this. */
  get sessionEnded(): boolean {
    return this.code === "UNAUTHENTICATED" || this.code === "FORBIDDEN";
  }
}

/** The first of `errors`, as a Failure. */
export function refusal(errors: readonly ServerError[], requestId?: string | null): Failure {
  const { message = "refused", extensions = {} } = errors[0] ?? {};
  return new Failure(message, {
    kind: "graphql",
    code: extensions.code,
    requestId: extensions.requestId ?? requestId,
    field: extensions.argument,
  });
}
