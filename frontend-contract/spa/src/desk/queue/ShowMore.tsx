import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, useTrouble } from "../../ui";
import type { Shown } from "./store";

interface Props {
  shown: Shown;
  onMore: () => void;
  onAgain: () => void;
}

/** The rest of the queue: by button, and by itself once the end comes near. */
export function ShowMore({ shown: { queue, asking, failure }, onMore, onAgain }: Props) {
  const { t } = useTranslation(["desk", "common"]);
  const trouble = useTrouble();
  const count = queue.tickets.filter(({ id }) => queue.marks[id]?.kind !== "leaving").length;
  const place = useNearing(asking === null && failure === null, onMore);
  if (failure)
    return (
      <Notice tone="bad">
        <div className="refusal">
          {trouble(failure.why)}
          <Button onClick={onAgain}>{t("again")}</Button>
        </div>
      </Notice>
    );
  if (!queue.next) return count > 0 ? <p className="quiet count">{t("queue.all", { count })}</p> : null;
  return (
    <div ref={place} className="more">
      <span className="quiet count">{t("queue.some", { count })}</span>
      <Button busy={asking === "more"} onClick={onMore}>{t(asking === "more" ? "common:wait" : "queue.more")}</Button>
    </div>
  );
}

function useNearing(ready: boolean, onNear: () => void) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onNear);
  useEffect(() => {
    latest.current = onNear;
  });
  useEffect(() => {
    if (!ready || !place.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: "300px",
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  });
  return place;
}
