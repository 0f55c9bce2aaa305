import { useTranslation } from "react-i18next";
import { sum, type Day } from "./days";
import { dayName, number, took } from "./words";

const COLUMNS = ["submitted", "approved", "rejected", "cancelled"] as const;

/** The same figures, latest day first. */
export function Table({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation("ticket");
  const total = sum(days);
  return (
    <details className="card figures">
      <summary>{t("days.table")}</summary>
      <div className="figures-frame" tabIndex={0} role="group" aria-label={t("days.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("days.day")}</th>
              {COLUMNS.map((name) => <th key={name} scope="col">{t(`days.${name}`)}</th>)}
              <th scope="col">{t("days.medianPerDay")}</th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map((day) => (
              <tr key={day.day}>
                <th scope="row">{dayName(day.day, "long")}</th>
                {COLUMNS.map((name) => <td key={name}>{number(day[name])}</td>)}
                <td>{took(day.medianSecondsToDecision)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("days.total")}</th>
              {COLUMNS.map((name) => <td key={name}>{number(total[name])}</td>)}
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
    </details>
  );
}
