import type {
  BeginEnrollmentMutation,
  ConfirmEnrollmentMutation,
  LoginMutation,
  RequestResetMutation,
  ResendReleaseCodeMutation,
  VerifyCodeMutation,
} from "./generated/graphql";

/** The answers that a sign-in is made of. */
export interface Answers {
  login: LoginMutation["login"];
  beginEnrollment: BeginEnrollmentMutation["beginEnrollment"];
  confirmEnrollment: ConfirmEnrollmentMutation["confirmEnrollment"];
  verifyCode: VerifyCodeMutation["verifyCode"];
  requestReset: RequestResetMutation["requestReset"];
  resendReleaseCode: ResendReleaseCodeMutation["resendReleaseCode"];
}

export type Call = keyof Answers;
export type Answer<C extends Call = Call> = Answers[C];
type Member<C extends Call, Name> = Extract<Answers[C], { __typename: Name }>;

export type SignedIn = Member<"login", "SignedIn">;
export type Challenge = Member<"login", "CodeRequired">["challenge"];
export type Enrollment = Member<"beginEnrollment", "Enrollment">;
export type ResetRequested = Member<"requestReset", "ResetRequested">;
/** What people can act on; decide by `__typename`, show `message`. */
export type Problem = Extract<Answer, { message: string }>;
/** Why a sign-in is back at the password. */
export type Notice = Problem;

/** What the screen shows, and what the next call needs. `email` is what was typed at the password. */
export type Screen = { email?: string } & (
  | { name: "password"; notice?: Notice }
  | { name: "install"; challenge: Challenge; releaseCodeRequired: false; problem?: Problem }
  | {
      name: "releaseCode";
      challenge: Challenge;
      attemptsLeft?: number;
      /** After asking for a new mail: until when its code is valid. */
      sentUntil?: string;
      problem?: Problem;
    }
  | { name: "enroll"; challenge: Challenge | null; enrollment: Enrollment; problem?: Problem }
  | { name: "code"; challenge: Challenge; suspended: boolean; problem?: Problem }
  | { name: "reset"; challenge: Challenge; problem?: Problem }
  | { name: "waiting"; receipt: string; ticket: ResetRequested["ticket"]; problem?: Problem }
  | { name: "signedIn"; account: SignedIn["account"]; problem?: Problem }
);

/** What the screen becomes by the answer of a call. */
export function after<C extends Call>(screen: Screen, call: C, answer: Answers[C]): Screen {
  const row = (NEXT[call] as Record<string, Step | undefined>)[answer.__typename];
  // The API may grow by a problem that this table does not know: it still has a message.
  return row ? row(screen, answer as never) : stay(screen, answer as Problem);
}

type Step = (screen: Screen, answer: never) => Screen;
type Table = {
  [C in Call]: { [T in Answers[C]["__typename"]]: (screen: Screen, answer: Member<C, T>) => Screen };
};

const NEXT: Table = {
  login: {
    SignedIn: enter,
    EnrollmentRequired: (screen, { challenge, releaseCodeRequired }) =>
      releaseCodeRequired
        ? { ...kept(screen), name: "releaseCode", challenge }
        : { ...kept(screen), name: "install", challenge, releaseCodeRequired },
    CodeRequired: (screen, { challenge }) => ({ ...kept(screen), name: "code", challenge, suspended: false }),
    InvalidCredentials: restart,
    Throttled: restart,
    InvalidInput: restart,
  },
  beginEnrollment: {
    Enrollment: (screen, enrollment) => ({
      ...kept(screen),
      name: "enroll",
      challenge: challengeOf(screen),
      enrollment,
    }),
    ReleaseCodeRejected: (screen, answer) => {
      const challenge = challengeOf(screen);
      const { attemptsLeft } = answer;
      if (!challenge || attemptsLeft < 1) return restart(screen, answer);
      return { ...kept(screen), name: "releaseCode", challenge, attemptsLeft, problem: answer };
    },
    ChallengeExpired: restart,
    StepUpRequired: stay,
    NotAllowed: restart,
    Throttled: stay,
  },
  confirmEnrollment: {
    SignedIn: enter,
    CodeRejected: stayWhileAttemptsLast,
    ChallengeExpired: beginAnew,
    StepUpRequired: stay,
    NotAllowed: restart,
    Throttled: stay,
  },
  verifyCode: {
    SignedIn: enter,
    CodeRejected: stayWhileAttemptsLast,
    FactorSuspended: (screen, answer) =>
      screen.name === "code" ? { ...screen, suspended: true, problem: answer } : stay(screen, answer),
    ChallengeExpired: restart,
    Throttled: stay,
  },
  requestReset: {
    ResetRequested: (screen, { receipt, ticket }) => ({ ...kept(screen), name: "waiting", receipt, ticket }),
    ChallengeExpired: restart,
    Throttled: stay,
    InvalidInput: stay,
  },
  resendReleaseCode: {
    ReleaseCodeSent: (screen, { expiresAt }) => {
      const challenge = challengeOf(screen);
      return challenge ? { ...kept(screen), name: "releaseCode", challenge, sentUntil: expiresAt } : screen;
    },
    ChallengeExpired: restart,
    Throttled: stay,
  },
};

function enter(screen: Screen, { account }: { account: SignedIn["account"] }): Screen {
  return { ...kept(screen), name: "signedIn", account };
}

/** Back to the password. */
function restart(screen: Screen, notice: Problem): Screen {
  return { ...kept(screen), name: "password", notice };
}

function stay(screen: Screen, problem: Problem): Screen {
  return screen.name === "password" ? { ...screen, notice: problem } : { ...screen, problem };
}

function stayWhileAttemptsLast(screen: Screen, problem: Problem & { attemptsLeft: number }): Screen {
  return problem.attemptsLeft > 0 ? stay(screen, problem) : beginAnew(screen, problem);
}

/** Whoever enrols from within a session calls `beginEnrollment` again; others type the password. */
function beginAnew(screen: Screen, problem: Problem): Screen {
  return challengeOf(screen) ? restart(screen, problem) : stay(screen, problem);
}

function challengeOf(screen: Screen): Challenge | null {
  return "challenge" in screen ? screen.challenge : null;
}

function kept({ email }: Screen): { email?: string } {
  return email === undefined ? {} : { email };
}
