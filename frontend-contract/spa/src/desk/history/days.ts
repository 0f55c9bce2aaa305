import type { QueueHistoryQuery } from "@sparekey/client";

export type Day = QueueHistoryQuery["queueHistory"][number];
export type Figures = Pick<Day, "submitted" | "approved" | "rejected" | "cancelled">;

/** The lines of an axis: from 0 in steps to the top. */
export interface Axis {
  top: number;
  ticks: number[];
}

const MOST_TICKS = 4;
const ROUND = [1, 2, 5];
const HOUR = 3600;
const HOURS = [0.25, 0.5, 1, 2, 4, 6, 12, 24, 48, 96];

export function decided({ approved, rejected, cancelled }: Figures): number {
  return approved + rejected + cancelled;
}

export function sum(days: readonly Day[]): Figures {
  const total = { submitted: 0, approved: 0, rejected: 0, cancelled: 0 };
  for (const day of days)
    for (const name of Object.keys(total) as (keyof Figures)[]) total[name] += day[name];
  return total;
}

/** One axis for what came in and what was decided, so that both can be compared. */
export function countAxis(days: readonly Day[]): Axis {
  const most = Math.max(1, ...days.map((day) => Math.max(day.submitted, decided(day))));
  for (let ten = 1; ; ten *= 10)
    for (const round of ROUND) if (round * ten * MOST_TICKS >= most) return axis(most, round * ten);
}

/** In seconds, with lines at round hours; null where nothing was decided. */
export function timeAxis(days: readonly Day[]): Axis | null {
  const known = days.flatMap(({ medianSecondsToDecision: median }) => median ?? []);
  if (known.length === 0) return null;
  const most = Math.max(1, ...known);
  const hours = HOURS.find((step) => step * HOUR * MOST_TICKS >= most);
  return axis(most, (hours ?? Math.ceil(most / HOUR / MOST_TICKS / 24) * 24) * HOUR);
}

/** Which days get their name under the chart: the last one, and as many before as there is room. */
export function named(count: number, slot: number, room: number): number[] {
  const step = Math.max(1, Math.ceil(room / slot));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => count - 1 - index * step).reverse();
}

/** Days in a row that have a median: the pieces of its line. */
export function runs(days: readonly Day[]): number[][] {
  const found: number[][] = [];
  days.forEach(({ medianSecondsToDecision }, index) => {
    if (medianSecondsToDecision === null) return;
    const last = found.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else found.push([index]);
  });
  return found;
}

function axis(most: number, step: number): Axis {
  const count = Math.ceil(most / step);
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}
