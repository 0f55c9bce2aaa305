import { EXAMPLES } from "./examples";

export interface Operation {
  name: string;
  query: string;
  variables: string;
}

export interface Chapter {
  title: string;
  operations: Operation[];
}

const FILES = import.meta.glob<string>("../../operations/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});

const QUERIES = new Map(
  Object.entries(FILES).map(([path, query]) => [path.replace(/^.*\/|\.graphql$/g, ""), query]),
);

// As the guide tells it. What it does not name stands at the end, so that no file is forgotten.
const GUIDE: Record<string, string[]> = {
  "Sign in": [
    "Register",
    "Login",
    "Viewer",
    "BeginEnrollment",
    "ConfirmEnrollment",
    "VerifyCode",
  ],
  "Phone lost": ["RequestReset", "WatchResetStatus"],
  "Support desk": [
    "RecoveryQueue",
    "RecoveryQueueEvents",
    "ClaimTicket",
    "StepUp",
    "ApproveReset",
    "RejectReset",
    "ReleaseTicket",
    "AddTicketNote",
    "RecordEvidence",
    "RecoveryTicket",
    "RecoveryQueueCount",
    "QueueStatus",
    "WatchQueueStatus",
    "QueueHistory",
    "AuditTrail",
  ],
  "More of a request": ["ResendReleaseCode", "ResetStatus", "CancelReset", "ConfirmMailbox"],
  "More of an account": [
    "AddDevice",
    "ChangePassword",
    "RevokeSession",
    "CloseAccount",
    "Node",
    "Logout",
  ],
};

export const CHAPTERS: Chapter[] = chapters();
export const OPERATIONS: Operation[] = CHAPTERS.flatMap((chapter) => chapter.operations);

/** The document of that file; throws where the contract has no such file. */
export function queryOf(name: string): string {
  const query = QUERIES.get(name);
  if (query === undefined) throw new Error(`The contract has no operation ${name}.`);
  return query;
}

function chapters(): Chapter[] {
  const told = new Set(Object.values(GUIDE).flat());
  const untold = [...QUERIES.keys()].filter((name) => !told.has(name));
  return Object.entries({ ...GUIDE, Others: untold })
    .map(([title, names]) => ({ title, operations: names.map(operation) }))
    .filter((chapter) => chapter.operations.length > 0);
}

function operation(name: string): Operation {
  return { name, query: queryOf(name), variables: EXAMPLES[name] ?? "" };
}
