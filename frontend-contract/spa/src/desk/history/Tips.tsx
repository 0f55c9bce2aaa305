import { useTranslation } from "react-i18next";
import type { Day } from "./days";
import type { Places } from "./places";
import { dayName, number, took } from "./words";

/** What a day brought, for whoever points at it. The table says the same. */
export function Tips({ days, places, height }: { days: readonly Day[]; places: Places; height: number }) {
  const { t } = useTranslation("ticket");
  const lines = (day: Day) => [
    dayName(day.day, "long"),
    ...(["submitted", "approved", "rejected", "cancelled"] as const).map((name) => `${t(`days.${name}`)}: ${number(day[name])}`),
    `${t("days.medianPerDay")}: ${took(day.medianSecondsToDecision)}`,
  ];
  return days.map((day, index) => (
    <rect key={day.day} className="tip" x={places.middle(index) - places.slot / 2} y={0} width={places.slot} height={height}>
      <title>{lines(day).join("\n")}</title>
    </rect>
  ));
}
