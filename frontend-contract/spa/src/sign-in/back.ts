import { useEffect, useRef } from "react";

const IN_FLOW = "sign-in";

/** Makes the browser's back button lead from the middle of a sign-in to its beginning. */
export function useBack(onBack: () => void) {
  const latest = useRef(onBack);
  useEffect(() => {
    latest.current = onBack;
  });
  useEffect(() => {
    const popped = () => latest.current();
    addEventListener("popstate", popped);
    return () => removeEventListener("popstate", popped);
  }, []);

  return {
    /** Tells where the sign-in was, and is now. */
    moved(wasInside: boolean, isInside: boolean) {
      if (!wasInside && isInside && history.state !== IN_FLOW) history.pushState(IN_FLOW, "");
      if (wasInside && !isInside) history.back();
    },
    leave: () => history.back(),
  };
}
