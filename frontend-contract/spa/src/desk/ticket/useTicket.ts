import { RecoveryTicketDocument } from "@sparekey/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "../../api";
import type { Ticket } from "./ticket";

/** The ticket of a reference: undefined before the first answer, null where there is none. */
export function useTicket(reference: string) {
  const { data, failure, busy, again } = useAsk(RecoveryTicketDocument, { reference });
  const [ticket, setTicket] = useState<Ticket | null>();
  useEffect(() => {
    if (data) setTicket(data.recoveryTicket);
  }, [data]);

  const refresh = useRefresh(busy, again);
  useLanguageChange(refresh);
  const show = useCallback((fresh: Partial<Ticket>) => {
    setTicket((known) => known && { ...known, ...fresh });
  }, []);
  return { ticket, failure, busy, refresh, show };
}

/** Asks again, once more where something changed while an answer was on its way. */
function useRefresh(busy: boolean, again: () => void): () => void {
  const [wanted, setWanted] = useState(0);
  const asked = useRef(0);
  const refresh = useCallback(() => setWanted((count) => count + 1), []);
  useEffect(() => {
    if (busy || asked.current === wanted) return;
    asked.current = wanted;
    again();
  }, [busy, wanted, again]);
  return refresh;
}

/** The server puts the evidence into the reader's language. */
function useLanguageChange(listener: () => void): void {
  const { resolvedLanguage } = useTranslation().i18n;
  const spoken = useRef(resolvedLanguage);
  useEffect(() => {
    if (spoken.current === resolvedLanguage) return;
    spoken.current = resolvedLanguage;
    listener();
  }, [resolvedLanguage, listener]);
}
