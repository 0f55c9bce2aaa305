import { after, type Answer, type Call, type Screen } from "@sparekey/client";
import { useRef, useState } from "react";
import { useBack } from "./back";
import { useCalls, type Inputs } from "./calls";
import { useOnce } from "./once";
import { BLANK, type Draft } from "./screens";

export interface Flow {
  screen: Screen;
  busy: boolean;
  failure: unknown;
  /** The call whose answer brought this screen. */
  call: Call | null;
  /** Whether a reset was granted, so that a release code leads on. */
  granted: boolean;
  /** Whether codes are of no use. */
  suspended: boolean;
  draft: Draft;
  keep(draft: Draft): void;
  ask<C extends Call>(call: C, input: Inputs[C]): void;
  again(): void;
  show(screen: Screen): void;
  /** Back to the password. */
  leave(): void;
}

/** The state of a sign-in, in memory alone: what is shown, and how the server's answers change it. */
export function useFlow(email: string | undefined): Flow {
  const [screen, setScreen] = useState<Screen>(() => passwordOf(email));
  const [call, setCall] = useState<Call | null>(null);
  const [granted, setGranted] = useState(false);
  const [suspended, setSuspended] = useState(false);
  const [draft, keep] = useState(BLANK);
  const current = useRef(screen);
  const unsent = useRef(false);
  const calls = useCalls();
  const { run, again, forget, busy, failure } = useOnce();
  const back = useBack(() => current.current.name !== "password" && put(passwordOf(current.current.email)));

  function put(next: Screen, answered: Call | null = null) {
    current.current = next;
    setScreen(next);
    setCall(answered);
    if (next.name === "releaseCode" || next.name === "password") setGranted(next.name === "releaseCode");
    if (next.name === "code" || next.name === "password") setSuspended(next.name === "code" && next.suspended);
    forget();
  }

  function show(next: Screen, answered?: Call) {
    back.moved(current.current.name !== "password", next.name !== "password");
    put(next, answered);
  }

  function ask<C extends Call>(called: C, input: Inputs[C]) {
    const asking = current.current;
    void run(async () => {
      const answer = (await calls[called]({ input }))[called];
      if (current.current !== asking && !isDone(answer)) return; // its screen was left
      const from = called === "login" && "email" in input ? { ...asking, email: input.email } : asking;
      const next = after(from, called, answer);
      const resumed = unsent.current && next.name === "code";
      unsent.current = called === "requestReset" ? next.name === "password" : unsent.current && !resumed;
      show(resumed ? { ...kept(next), name: "reset", challenge: next.challenge } : next, called);
    });
  }

  return { screen, busy, failure, call, granted, suspended, draft, keep, ask, again, show, leave: back.leave };
}

function passwordOf(email: string | undefined): Screen {
  return email === undefined ? { name: "password" } : { name: "password", email };
}

/** What every screen hands on to the next. */
export function kept({ email }: Screen): { email?: string } {
  return email === undefined ? {} : { email };
}

function isDone({ __typename }: Answer): boolean {
  return __typename === "SignedIn" || __typename === "ResetRequested";
}
