import { language } from "../../i18n";
import { LOCALES } from "../../i18n/when";
import { span } from "../parts";

export function number(value: number): string {
  return new Intl.NumberFormat(LOCALES[language()]).format(value);
}

/** A calendar day `YYYY-MM-DD`, whatever the reader's time zone. */
export function dayName(day: string, style: "short" | "long" = "short"): string {
  const options: Intl.DateTimeFormatOptions =
    style === "short" ? { day: "numeric", month: "short" } : { weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(LOCALES[language()], { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export function took(seconds: number | null): string {
  if (seconds === null) return "–";
  return span(seconds < 60 ? 0 : Math.round(seconds / 60));
}
