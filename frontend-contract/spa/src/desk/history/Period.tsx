import { useId } from "react";
import { useTranslation } from "react-i18next";

const CHOICES = [7, 30, 90];

export function Period({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const { t } = useTranslation("ticket");
  const name = useId();
  return (
    <fieldset className="period">
      <legend className="unseen">{t("days.period")}</legend>
      {CHOICES.map((choice) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === days} onChange={() => onChange(choice)} />
          <span>{t("days.days", { count: choice })}</span>
        </label>
      ))}
    </fieldset>
  );
}
