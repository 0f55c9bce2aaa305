import type { Axis, Day } from "./days";
import { Grid } from "./Grid";
import { fillOf } from "./Patterns";
import { ROWS, type Places } from "./places";

const WIDEST = 28;
const DECIDED = ["approved", "rejected", "cancelled"] as const;

interface Props {
  days: readonly Day[];
  axis: Axis;
  places: Places;
}

export function Bars({ days, axis, places }: Props) {
  const shares = axis.ticks.map((tick) => tick / axis.top);
  return (
    <>
      <Grid places={places} heights={[...shares.map(ROWS.above), ...shares.slice(1).map(ROWS.below)]} />
      {days.map((day, index) => (
        <DayBars key={day.day} day={day} middle={places.middle(index)} slot={places.slot} top={axis.top} />
      ))}
      <line className="base" x1={0} x2={places.plot} y1={ROWS.base} y2={ROWS.base} />
    </>
  );
}

interface DayProps {
  day: Day;
  middle: number;
  slot: number;
  top: number;
}

function DayBars({ day, middle, slot, top }: DayProps) {
  const width = Math.min(WIDEST, slot * 0.74);
  const across = { x: middle - width / 2, width };
  const height = (count: number) => (count / top) * ROWS.bars;
  let before = 0;
  return (
    <>
      <rect className="submitted" {...across} y={ROWS.above(day.submitted / top)} height={height(day.submitted)} />
      {DECIDED.map((kind) => {
        const y = ROWS.below(before / top);
        before += day[kind];
        return day[kind] > 0 && <rect key={kind} className={kind} {...fillOf(kind)} {...across} y={y} height={height(day[kind])} />;
      })}
    </>
  );
}
