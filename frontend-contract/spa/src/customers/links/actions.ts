import { CancelResetDocument, CloseAccountDocument, ConfirmMailboxDocument } from "@sparekey/client";
import { useDo } from "../../api";
import type { ResetStatus } from "../waiting/status";

export type Kind = "confirm" | "cancel" | "not-me";

export type Result =
  | { name: "done"; status?: ResetStatus }
  | { name: "expired" }
  | { name: "refused"; message: string }
  | { name: "throttled"; message: string; retryAt: string };

/** What the button of each page does with the link's token. */
export function useAction(kind: Kind): (token: string) => Promise<Result> {
  const confirm = useDo(ConfirmMailboxDocument);
  const cancel = useDo(CancelResetDocument);
  const close = useDo(CloseAccountDocument);
  return async (token) => {
    switch (kind) {
      case "confirm":
        return resultOf((await confirm({ input: { token } })).confirmMailbox);
      case "cancel":
        return resultOf((await cancel({ input: { receipt: token } })).cancelReset);
      case "not-me":
        return resultOf((await close({ input: { token } })).closeAccount);
    }
  };
}

type Answer =
  | ({ __typename: "ResetStatus" } & ResetStatus)
  | { __typename: "AccountClosed" }
  | { __typename: "ChallengeExpired" }
  | { __typename: "NotAllowed"; message: string }
  | { __typename: "Throttled"; message: string; retryAt: string };

function resultOf(answer: Answer): Result {
  switch (answer.__typename) {
    case "ResetStatus":
      return { name: "done", status: answer };
    case "AccountClosed":
      return { name: "done" };
    case "ChallengeExpired":
      return { name: "expired" };
    case "Throttled":
      return { name: "throttled", message: answer.message, retryAt: answer.retryAt };
    default:
      return { name: "refused", message: answer.message };
  }
}
