import { language } from "./index";

const DAY = 24 * 60 * 60 * 1000;
// The English of a clock with 24 hours, since deadlines can be at 24:00.
export const LOCALES = { de: "de", en: "en-GB", sv: "sv" };

/** The latest moment, as people say it: "Monday, 15:00"; midnight belongs to the day it ends. */
export function deadline(instant: string, now = Date.now()): string {
  const at = new Date(instant);
  const ends = at.getHours() === 0 && at.getMinutes() === 0;
  const day = new Date(ends ? at.getTime() - 1 : at.getTime());
  const clock = ends ? "24:00" : format(at, { timeStyle: "short" });
  return `${dayOf(day, now)}, ${clock}`;
}

/** "31 January 2030, 12:00", in the reader's time zone. */
export function moment(instant: string): string {
  return format(new Date(instant), { dateStyle: "medium", timeStyle: "short" });
}

/** "14:05", in the reader's time zone. */
export function clock(instant: string): string {
  return format(new Date(instant), { timeStyle: "short" });
}

/** "3 minutes ago", "in 2 hours". */
export function ago(instant: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, size] = unitOf(Math.abs(seconds));
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  return words.format(Math.trunc(seconds / size), unit);
}

/** "4:05" minutes, or "3:04:05" hours. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const [hours, minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  return hours === "00" ? `${Number(minutes)}:${rest}` : `${Number(hours)}:${minutes}:${rest}`;
}

function dayOf(day: Date, now: number): string {
  const distance = Math.round((startOf(day) - startOf(new Date(now))) / DAY);
  if (distance === 0 || distance === 1)
    return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(distance, "day");
  if (distance > 0 && distance < 7) return format(day, { weekday: "long" });
  return format(day, { weekday: "long", day: "numeric", month: "long" });
}

function startOf(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

function unitOf(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ["second", 1];
  if (seconds < 3600) return ["minute", 60];
  if (seconds < 86400) return ["hour", 3600];
  return ["day", 86400];
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALES[language()], options).format(at);
}
