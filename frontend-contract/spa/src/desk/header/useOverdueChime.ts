import { useEffect, useRef } from "react";
import { useDesk } from "../feed/desk";
import { chime } from "./chime";

/** Sounds when there is one more overdue ticket than before. */
export function useOverdueChime(on: boolean): void {
  const overdue = useDesk().status?.overdue;
  const before = useRef(overdue);
  useEffect(() => {
    if (overdue === undefined) return;
    const risen = before.current !== undefined && overdue > before.current;
    before.current = overdue;
    if (risen && on) chime();
  }, [overdue, on]);
}
