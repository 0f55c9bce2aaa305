import { useTitle } from "../../ui";
import { useDesk } from "./desk";

/** Names the page in the browser's tab; "(2)" before it says how many tickets are overdue. */
export function usePageTitle(title: string): void {
  const overdue = useDesk().status?.overdue ?? 0;
  useTitle(overdue > 0 ? `(${overdue}) ${title}` : title);
}
