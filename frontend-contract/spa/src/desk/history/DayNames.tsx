import { named, type Day } from "./days";
import { ROWS, type Places } from "./places";
import { dayName } from "./words";

const ROOM = 64;

export function DayNames({ days, places }: { days: readonly Day[]; places: Places }) {
  const y = ROWS.namesTop + 14;
  return named(days.length, places.slot, ROOM).map((index) => (
    <text key={index} className="tick" x={places.middle(index)} y={y} textAnchor="middle">
      {dayName(days[index]?.day ?? "")}
    </text>
  ));
}
