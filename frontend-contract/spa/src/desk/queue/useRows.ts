import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import type { Ticket } from "../parts/ticket";

const ROW = "tr[data-ticket]";

/**
 * The keyboard in the table: one stop for Tab, arrow keys and Home and End between rows, C claims.
 * Where the row with the focus leaves, the next one gets it.
 */
export function useRows(tickets: readonly Ticket[], onClaim: (ticket: Ticket) => void) {
  const body = useRef<HTMLTableSectionElement>(null);
  const focused = useRef<{ id: string; index: number } | null>(null);
  const [current, setCurrent] = useState<string>();

  useLayoutEffect(() => {
    const { activeElement } = document;
    if (!focused.current || (activeElement && activeElement !== document.body)) return;
    const index = tickets.findIndex(({ id }) => id === focused.current?.id);
    reach(index < 0 ? focused.current.index : index);
  }, [tickets]);

  function reach(index: number) {
    const rows = body.current?.querySelectorAll(ROW) ?? [];
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    const place = row ? row.querySelector("a") : document.querySelector("h1");
    place?.focus();
  }

  function onFocus({ target }: FocusEvent<HTMLElement>) {
    const id = idOf(target);
    if (!id) return;
    focused.current = { id, index: indexOf(id) };
    setCurrent(id);
  }

  function onBlur({ target }: FocusEvent<HTMLElement>) {
    // A row that is taken away loses the focus too, but not because somebody left it.
    queueMicrotask(() => {
      const here = body.current?.contains(document.activeElement);
      if (target.isConnected && !here) focused.current = null;
    });
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const index = indexOf(idOf(event.target as HTMLElement));
    const ticket = tickets[index];
    if (!ticket) return;
    const moves: Record<string, () => void> = {
      ArrowUp: () => reach(index - 1),
      ArrowDown: () => reach(index + 1),
      Home: () => reach(0),
      End: () => reach(tickets.length - 1),
      c: () => isClaimable(ticket) && onClaim(ticket),
    };
    const move = moves[event.key === "C" ? "c" : event.key]; // with Caps Lock, too
    if (!move) return;
    event.preventDefault();
    move();
  }

  const indexOf = (wanted: string | undefined) => tickets.findIndex(({ id }) => id === wanted);
  const stop = indexOf(current) < 0 ? tickets[0]?.id : current;
  return { stop, body: { ref: body, onFocus, onBlur, onKeyDown } };
}

/** A colleague's ticket is taken over by its button only. */
function isClaimable({ state }: Ticket): boolean {
  return state === "WAITING";
}

function idOf(element: HTMLElement): string | undefined {
  return element.closest<HTMLElement>(ROW)?.dataset["ticket"];
}
