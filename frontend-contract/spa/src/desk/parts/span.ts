import i18next from "i18next";

const HOUR = 60;
const DAY = 24 * HOUR;

/** "3 h 20 min", "2 days 4 h": the two largest units that say something; "< 1 min" at least. */
export function span(minutes: number): string {
  if (minutes < 1) return `<\u00a0${unit(1, "minute")}`;
  const days = minutes >= 2 * DAY ? Math.floor(minutes / DAY) : 0;
  const hours = Math.floor((minutes - days * DAY) / HOUR);
  const parts = [
    days && unit(days, "day"),
    hours && unit(hours, "hour"),
    !days && minutes % HOUR && unit(minutes % HOUR, "minute"),
  ];
  return parts.filter(Boolean).join(" ");
}

function unit(count: number, name: "day" | "hour" | "minute"): string {
  // A number never stands on another line than its unit.
  return i18next.t(`desk:span.${name}`, { count }).replaceAll(" ", "\u00a0");
}
