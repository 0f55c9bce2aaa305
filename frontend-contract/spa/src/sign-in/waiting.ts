import { useEffect, useState } from "react";

/** Whole seconds left until then; 0 where there is nothing to wait for. */
export function useSecondsUntil(instant: string | undefined): number {
  const [now, setNow] = useState(Date.now);
  const end = instant ? Date.parse(instant) : 0;
  useEffect(() => {
    const tick = () => {
      setNow(Date.now());
      if (Date.now() >= end) clearInterval(timer);
    };
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [end]);
  return Math.max(0, Math.ceil((end - now) / 1000));
}
