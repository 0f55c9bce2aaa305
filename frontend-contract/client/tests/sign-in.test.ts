import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { after, type Answer, type Call, type Screen } from "../src/index";

const SDL = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
const challenge = { token: "c1", expiresAt: "2030-01-31T12:00:00+00:00" };
const email = "kim@example.com";
const enrollment = { __typename: "Enrollment" } as Extract<Screen, { name: "enroll" }>["enrollment"];

/** Where each call is made from. */
const FROM = {
  login: { name: "password", email },
  beginEnrollment: { name: "install", challenge, releaseCodeRequired: false, email },
  confirmEnrollment: { name: "enroll", challenge, enrollment, email },
  verifyCode: { name: "code", challenge, suspended: false, email },
  requestReset: { name: "reset", challenge, email },
  resendReleaseCode: { name: "releaseCode", challenge, email },
} as const satisfies Record<Call, Screen>;

/** Where each answer leads to. */
const TO: Record<Call, Record<string, Screen["name"]>> = {
  login: {
    SignedIn: "signedIn",
    EnrollmentRequired: "install",
    CodeRequired: "code",
    InvalidCredentials: "password",
    Throttled: "password",
    InvalidInput: "password",
  },
  beginEnrollment: {
    Enrollment: "enroll",
    ReleaseCodeRejected: "releaseCode",
    ChallengeExpired: "password",
    StepUpRequired: "install",
    NotAllowed: "password",
    Throttled: "install",
  },
  confirmEnrollment: {
    SignedIn: "signedIn",
    CodeRejected: "enroll",
    ChallengeExpired: "password",
    StepUpRequired: "enroll",
    NotAllowed: "password",
    Throttled: "enroll",
  },
  verifyCode: {
    SignedIn: "signedIn",
    CodeRejected: "code",
    FactorSuspended: "code",
    ChallengeExpired: "password",
    Throttled: "code",
  },
  requestReset: {
    ResetRequested: "waiting",
    ChallengeExpired: "password",
    Throttled: "reset",
    InvalidInput: "reset",
  },
  resendReleaseCode: {
    ReleaseCodeSent: "releaseCode",
    ChallengeExpired: "password",
    Throttled: "releaseCode",
  },
};
const CALLS = Object.keys(TO) as Call[];
const ROWS = CALLS.flatMap((call) => membersOf(call).map((member) => [call, member] as const));

function membersOf(call: Call): string[] {
  const result = call[0]?.toUpperCase() + call.slice(1);
  const [, members] = SDL.match(new RegExp(`^union ${result}Result = (.+)$`, "m")) ?? [];
  if (!members) throw new Error(`schema.graphql has no union of answers for ${call}`);
  return members.split(" | ");
}

/** Answers hold what any member may hold: the types are the compiler's to check. */
function step(screen: Screen, call: Call, __typename: string, more: object = {}): Screen {
  const common = { message: "No.", challenge, releaseCodeRequired: false, attemptsLeft: 2, hint: "NONE" };
  const given = { account: { id: "a1" }, receipt: "r1", ticket: { reference: "R-1" }, expiresAt: "later" };
  return after(screen, call, { __typename, ...common, ...given, ...more } as unknown as Answer);
}

describe("the table", () => {
  it.each(CALLS)("knows every member that the schema gives %s", (call) => {
    expect(Object.keys(TO[call]).sort()).toEqual(membersOf(call).sort());
  });

  it.each(ROWS)("%s / %s leads on", (call, member) => {
    expect(step(FROM[call], call, member)).toMatchObject({ name: TO[call][member], email });
  });

  it.each(ROWS.filter(([call, member]) => isProblem(member) && TO[call][member]))(
    "%s / %s shows its message",
    (call, member) => {
      const screen = step(FROM[call], call, member);
      const shown = screen.name === "password" ? screen.notice : screen.problem;
      expect(shown).toMatchObject({ __typename: member, message: "No." });
    },
  );

  it.each(CALLS)("shows the message of a problem that %s may answer one day", (call) => {
    const screen = step(FROM[call], call, "TooEarly");
    expect(screen).toMatchObject({ name: FROM[call].name });
    expect(screen.name === "password" ? screen.notice : screen.problem).toMatchObject({ message: "No." });
  });
});

function isProblem(member: string): boolean {
  return SDL.includes(`type ${member} implements Problem`);
}

describe("after a granted reset", () => {
  const asked = step(FROM.login, "login", "EnrollmentRequired", { releaseCodeRequired: true });

  it("asks for the release code before the app", () => {
    expect(asked).toEqual({ name: "releaseCode", challenge, email });
  });

  it("counts wrong release codes down, and goes back to the password at none", () => {
    const once = step(asked, "beginEnrollment", "ReleaseCodeRejected", { attemptsLeft: 1 });
    expect(once).toMatchObject({ name: "releaseCode", challenge, attemptsLeft: 1 });
    const over = step(once, "beginEnrollment", "ReleaseCodeRejected", { attemptsLeft: 0 });
    expect(over).toMatchObject({ name: "password", email, notice: { __typename: "ReleaseCodeRejected" } });
  });

  it("goes on to the QR code with the same challenge, and leaves the old problem behind", () => {
    const once = step(asked, "beginEnrollment", "ReleaseCodeRejected");
    const enroll = step(once, "beginEnrollment", "Enrollment");
    expect(enroll).toMatchObject({ name: "enroll", challenge });
    expect(enroll).not.toHaveProperty("problem");
  });

  it("tells until when a mail sent again is valid", () => {
    expect(step(asked, "resendReleaseCode", "ReleaseCodeSent")).toMatchObject({ sentUntil: "later" });
  });

  it("still takes a code of the old phone", () => {
    expect(step(asked, "verifyCode", "CodeRejected")).toMatchObject({ name: "releaseCode", challenge });
    expect(step(asked, "verifyCode", "FactorSuspended")).toMatchObject({ name: "releaseCode", challenge });
    expect(step(asked, "verifyCode", "SignedIn")).toMatchObject({ name: "signedIn" });
  });
});

describe("codes", () => {
  it("lead back to the password when no attempts are left", () => {
    for (const call of ["verifyCode", "confirmEnrollment"] as const) {
      const over = step(FROM[call], call, "CodeRejected", { attemptsLeft: 0 });
      expect(over).toMatchObject({ name: "password", email, notice: { attemptsLeft: 0 } });
    }
  });

  it("are no way in while the second factor is suspended, but the reset form is", () => {
    const suspended = step(FROM.verifyCode, "verifyCode", "FactorSuspended");
    expect(suspended).toMatchObject({ name: "code", suspended: true, challenge });
  });
});

describe("enrolling from within a session", () => {
  const inside = { name: "signedIn", account: { id: "a1" } } as Extract<Screen, { name: "signedIn" }>;
  const enroll = step(inside, "beginEnrollment", "Enrollment");

  it("has no challenge", () => {
    expect(enroll).toMatchObject({ name: "enroll", challenge: null });
  });

  it("stays where a fresh code is needed first", () => {
    expect(step(inside, "beginEnrollment", "StepUpRequired")).toMatchObject({
      name: "signedIn",
      problem: { __typename: "StepUpRequired" },
    });
  });

  it("begins anew, without the password", () => {
    for (const member of ["ChallengeExpired", "CodeRejected"]) {
      const again = step(enroll, "confirmEnrollment", member, { attemptsLeft: 0 });
      expect(again).toMatchObject({ name: "enroll", challenge: null, problem: { __typename: member } });
    }
  });
});
