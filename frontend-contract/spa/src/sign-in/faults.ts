import { useEffect, type RefObject } from "react";

/** Takes the focus to the first field that is marked, each time something of `why` changes. */
export function useFaultFocus(form: RefObject<HTMLElement | null>, why: unknown[]): void {
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, why);
}
