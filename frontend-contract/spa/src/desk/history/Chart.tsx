import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Bars } from "./Bars";
import { countAxis, sum, timeAxis, type Day } from "./days";
import { DayNames } from "./DayNames";
import { Legend } from "./Legend";
import { Medians } from "./Medians";
import { Patterns } from "./Patterns";
import { LEFT, placesOf, ROWS } from "./places";
import { Scale } from "./Scale";
import { Tips } from "./Tips";
import { useWidth } from "./useWidth";
import { dayName, number } from "./words";

/** Bars upwards for what came in, downwards for what was decided; the time it took below. */
export function Chart({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation("ticket");
  const [frame, room] = useWidth<HTMLDivElement>();
  const places = placesOf(days.length, room);
  const scrolls = LEFT + places.width > room + 1;
  useEffect(() => {
    frame.current?.scrollTo({ left: places.width });
  }, [frame, places.width]);

  const summary = useSummary(days);
  const counts = countAxis(days);
  const times = timeAxis(days);
  const height = times ? ROWS.height : ROWS.medianTop;
  return (
    <figure className="card stack chart" aria-label={t("days.chart")}>
      <Legend />
      <div
        ref={frame}
        className="chart-frame"
        {...(scrolls && { tabIndex: 0, role: "group", "aria-label": t("days.chart") })}
      >
        {room > 0 && (
          <>
            <Scale counts={counts} times={times} height={height} />
            <svg width={places.width} height={height} role="img" aria-label={summary}>
              <Patterns />
              <Bars days={days} axis={counts} places={places} />
              <DayNames days={days} places={places} />
              {times && <Medians days={days} axis={times} places={places} />}
              <Tips days={days} places={places} height={height} />
            </svg>
          </>
        )}
      </div>
    </figure>
  );
}

function useSummary(days: readonly Day[]): string {
  const { t } = useTranslation("ticket");
  const { submitted, approved, rejected, cancelled } = sum(days);
  return t("days.summary", {
    from: dayName(days[0]?.day ?? ""),
    to: dayName(days.at(-1)?.day ?? ""),
    submitted: number(submitted),
    approved: number(approved),
    rejected: number(rejected),
    cancelled: number(cancelled),
  });
}
