import { ViewerDocument } from "@sparekey/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { sparekey } from "../../api";
import { isStaff, type Account } from "./account";

export type Who =
  | { state: "asking" }
  | { state: "nobody"; why: "new" | "ended" | "left" | "noApp" }
  | { state: "known"; account: Account }
  | { state: "failed"; failure: unknown };

/** How long what is on the screen may stay while it is not known whether the session has ended. */
const GRACE = 2500;
const BREATH = 1000;

/** Who is signed in, asked for at the start and whenever the session may have ended. */
export function useViewer() {
  const [who, setWho] = useState<Who>({ state: "asking" });
  const turn = useRef(0);
  const grace = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isIn = useRef(false);
  useEffect(() => {
    isIn.current = who.state === "known";
  });

  const put = useCallback((next: Who) => {
    clearTimeout(grace.current);
    setWho((before) => (isSame(before, next) ? before : next));
  }, []);

  const ask = useCallback(
    async (otherwise: "new" | "ended") => {
      const asked = ++turn.current;
      const answer = await whoNow(otherwise);
      if (asked !== turn.current) return;
      put(answer);
      if (answer.state === "known") setTimeout(reconnect, BREATH);
    },
    [put],
  );

  useEffect(() => {
    void ask("new");
    return () => clearTimeout(grace.current);
  }, [ask]);

  useEffect(
    () =>
      sparekey.onSessionEnded(() => {
        if (!isIn.current) return; // nothing is on the screen, and a sign-in may be under way
        clearTimeout(grace.current);
        grace.current = setTimeout(() => setWho({ state: "asking" }), GRACE);
        void ask("ended");
      }),
    [ask],
  );

  /** Whatever is still being asked for does not count any more. */
  const decide = useCallback(
    (next: Who) => {
      turn.current += 1;
      put(next);
    },
    [put],
  );
  return {
    who,
    again: () => (setWho({ state: "asking" }), void ask("new")),
    entered: (account: Account) => decide(isReady(account)),
    left: () => decide({ state: "nobody", why: "left" }),
  };
}

async function whoNow(otherwise: "new" | "ended"): Promise<Who> {
  try {
    const { viewer } = await sparekey.run(ViewerDocument, {});
    return viewer ? isReady(viewer) : { state: "nobody", why: otherwise };
  } catch (failure) {
    return { state: "failed", failure };
  }
}

/** Staff work with a second factor only; signing in again leads to it. */
function isReady(account: Account): Who {
  if (isStaff(account) && !account.secondFactor) return { state: "nobody", why: "noApp" };
  return { state: "known", account };
}

/** After 4401 the client waits to be told whether anything is left to follow. */
function reconnect(): void {
  if (sparekey.connection.state === "idle") sparekey.restart();
}

function isSame(one: Who, other: Who): boolean {
  if (one.state !== "known" || other.state !== "known") return false;
  return one.account.id === other.account.id && String(one.account.roles) === String(other.account.roles);
}
