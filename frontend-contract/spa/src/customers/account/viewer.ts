import { ViewerDocument, type ViewerQuery } from "@sparekey/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { sparekey } from "../../api";

export type Viewer = NonNullable<ViewerQuery["viewer"]>;
export type Session = Viewer["sessions"][number];

// Together: a session that was ended elsewhere leaves the screen within 5 seconds.
const ASK_EVERY = 2500;
const ASK_AGAIN_AFTER = 700;

export interface Viewing {
  /** Undefined until the first answer; null where nobody is signed in (any more). */
  viewer: Viewer | null | undefined;
  /** Why the latest asking had no answer. What was known before stays. */
  failure: unknown;
  again(): void;
  /** Takes note that the viewer signed out. */
  gone(): void;
}

/** Who is signed in, asked again and again while the page is looked at. */
export function useViewer(): Viewing {
  const [viewer, setViewer] = useState<Viewer | null>();
  const [failure, setFailure] = useState<unknown>();
  const asked = useRef({ last: 0, answered: 0 });

  const again = useCallback(async () => {
    const turn = ++asked.current.last;
    const newest = () => turn > asked.current.answered && ((asked.current.answered = turn), true);
    try {
      const found = await askedTwice();
      if (newest()) setViewer(found), setFailure(undefined);
    } catch (fault) {
      if (newest()) setFailure(fault);
    }
  }, []);

  useEffect(() => {
    const look = () => {
      const waiting = asked.current.last > asked.current.answered;
      if (document.visibilityState === "visible" && !waiting) void again();
    };
    void again();
    const timer = setInterval(look, ASK_EVERY);
    const unlisten = sparekey.onSessionEnded(() => void again());
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      unlisten();
      document.removeEventListener("visibilitychange", look);
    };
  }, [again]);

  return { viewer, failure, again: () => void again(), gone: () => setViewer(null) };
}

/**
 * Nobody, only if so twice: while a session gets a new cookie (a step-up, an enrolment), a question
 * that left with the old one comes too late.
 */
async function askedTwice(): Promise<Viewer | null> {
  const ask = async () => (await sparekey.run(ViewerDocument, {})).viewer;
  const first = await ask();
  if (first) return first;
  await new Promise((done) => setTimeout(done, ASK_AGAIN_AFTER));
  return ask();
}
