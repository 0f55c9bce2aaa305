import type { ResetReason, Screen } from "@sparekey/client";

export type Shown<N extends Screen["name"] = Screen["name"]> = Extract<Screen, { name: N }>;
export type Account = Shown<"signedIn">["account"];
export type Problem = NonNullable<Shown<"code">["problem"]>;
export type Ticket = Shown<"waiting">["ticket"];

/** What was typed into the reset form so far. */
export interface Draft {
  reason: ResetReason | null;
  message: string;
  contactPhone: string;
  deviceSerialNumber: string;
}

export const BLANK: Draft = { reason: null, message: "", contactPhone: "", deviceSerialNumber: "" };

/** What the server says about this field. */
export function faultOf(problem: Problem | undefined, field: string): string | undefined {
  return problem?.__typename === "InvalidInput" && problem.field === field ? problem.message : undefined;
}

export function retryAtOf(problem: Problem | undefined): string | undefined {
  return problem?.__typename === "Throttled" ? problem.retryAt : undefined;
}

/** Whether it ended what was begun, so that it must begin anew. */
export function isOver(problem: Problem): boolean {
  return problem.__typename === "ChallengeExpired" || ("attemptsLeft" in problem && problem.attemptsLeft === 0);
}
