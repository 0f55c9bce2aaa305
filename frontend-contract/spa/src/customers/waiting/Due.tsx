import { useTranslation } from "react-i18next";
import { countdown, deadline } from "../../i18n/when";
import { language } from "../../i18n";
import { Notice, useNow } from "../../ui";

const DAY = 24 * 60 * 60;

/** When support answers at the latest, and how long that is from now. */
export function Due({ dueAt }: { dueAt: string }) {
  const { t } = useTranslation("customers");
  const now = useNow();
  const seconds = (Date.parse(dueAt) - now) / 1000;
  if (seconds <= 0) return <Notice tone="warn">{t("waiting.overdue", { due: deadline(dueAt, now) })}</Notice>;
  return (
    <div className="due">
      <p className="due-at">{t("waiting.due", { due: deadline(dueAt, now) })}</p>
      <p className="quiet">
        {t("waiting.left")} <span className="left" role="timer" aria-label={t("waiting.left")}>{left(seconds)}</span>
      </p>
      <p className="quiet">{t("waiting.promise")}</p>
    </div>
  );
}

function left(seconds: number): string {
  if (seconds < DAY) return countdown(seconds);
  const unit = (value: number, name: "day" | "hour") =>
    new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  return `${unit(Math.floor(seconds / DAY), "day")}, ${unit(Math.floor((seconds % DAY) / 3600), "hour")}`;
}
