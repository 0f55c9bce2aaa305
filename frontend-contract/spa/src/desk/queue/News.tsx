import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Announcer } from "../announce/announcer";
import { useDesk, useQueueEvents } from "../feed/desk";
import type { Shown } from "./store";
import { useSaid } from "./useSaid";

/** Tells whoever does not see the table what changes in it. */
export function News({ shown }: { shown: Shown }) {
  const { t } = useTranslation("desk");
  const { queue } = useDesk();
  const said = useSaid();
  const { words, announce } = useAnnouncer((count) => t("news.many", { count }));

  useQueueEvents((event) => {
    if (event.ticket.id in queue.shown().queue.marks) announce(said(event));
  });

  const { view, tickets, next } = shown.queue;
  const before = useRef(view);
  useEffect(() => {
    if (before.current !== view) announce(t(next ? "queue.some" : "queue.all", { count: tickets.length }));
    before.current = view;
  }, [view]);

  return (
    <div role="log" aria-live="polite" aria-atomic="true" aria-label={t("news.name")} className="unseen">
      {words}
    </div>
  );
}

function useAnnouncer(many: (count: number) => string) {
  const [words, setWords] = useState("");
  const latest = useRef(many);
  useEffect(() => {
    latest.current = many;
  });
  const [announcer] = useState(() => new Announcer(setWords, (count) => latest.current(count)));
  useEffect(() => () => announcer.stop(), [announcer]);
  return { words, announce: announcer.announce };
}
