import { useTranslation } from "react-i18next";
import type { Axis } from "./days";
import { LEFT, ROWS } from "./places";
import { number, took } from "./words";

interface Props {
  counts: Axis;
  times: Axis | null;
  height: number;
}

/** What the rows show, and how much each line stands for. It stays where the days are scrolled. */
export function Scale({ counts, times, height }: Props) {
  const { t } = useTranslation("ticket");
  return (
    <svg className="scale" width={LEFT} height={height} aria-hidden="true">
      <Caption y={ROWS.caption - 9} text={t("days.submitted")} />
      {counts.ticks.map((tick) => <Tick key={tick} y={ROWS.above(tick / counts.top)} text={number(tick)} />)}
      {counts.ticks.slice(1).map((tick) => <Tick key={tick} y={ROWS.below(tick / counts.top)} text={number(tick)} />)}
      <Caption y={ROWS.namesTop - 5} text={t("days.decided")} />
      {times && <Caption y={ROWS.medianTop + 15} text={t("days.medianPerDay")} />}
      {times?.ticks.map((tick) => (
        <Tick key={tick} y={ROWS.median(tick / times.top)} text={tick === 0 ? number(0) : took(tick)} />
      ))}
    </svg>
  );
}

function Caption({ y, text }: { y: number; text: string }) {
  return <text className="caption" x={LEFT} y={y}>{text}</text>;
}

function Tick({ y, text }: { y: number; text: string }) {
  return <text className="tick" x={LEFT - 8} y={y + 4} textAnchor="end">{text}</text>;
}
