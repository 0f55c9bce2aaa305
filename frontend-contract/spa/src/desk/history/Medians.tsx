import { runs, type Axis, type Day } from "./days";
import { Grid } from "./Grid";
import { ROWS, type Places } from "./places";

const DOT = 4;

interface Props {
  days: readonly Day[];
  axis: Axis;
  places: Places;
}

/** A line over days in a row; days without a decision leave a gap. */
export function Medians({ days, axis, places }: Props) {
  const x = places.middle;
  const y = (index: number) => ROWS.median((days[index]?.medianSecondsToDecision ?? 0) / axis.top);
  return (
    <>
      <Grid places={places} heights={axis.ticks.map((tick) => ROWS.median(tick / axis.top))} />
      {runs(days).map((run) => (
        <g key={run[0]}>
          <polyline className="median" points={run.map((index) => `${x(index)},${y(index)}`).join(" ")} />
          {run.map((index) => (
            <circle key={index} className="median-dot" cx={x(index)} cy={y(index)} r={Math.min(DOT, places.slot * 0.35)} />
          ))}
        </g>
      ))}
    </>
  );
}
