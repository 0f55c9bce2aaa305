import { useTranslation } from "react-i18next";
import { clock, countdown, moment } from "../i18n/when";
import { Notice } from "../ui";
import { useSecondsUntil } from "./waiting";

/** Too many attempts: says until when, and when it is over. */
export function Wait({ message, until }: { message: string; until: string }) {
  const { t } = useTranslation("signIn");
  const left = useSecondsUntil(until);
  if (left === 0) return <Notice>{t("waitOver")}</Notice>;
  return (
    <Notice tone="warn">
      <p>{message}</p>
      <p>
        {t("waitUntil", { moment: isToday(until) ? clock(until) : moment(until) })}{" "}
        <span aria-hidden="true" className="ticking">{t("waitLeft", { time: countdown(left) })}</span>
      </p>
    </Notice>
  );
}

function isToday(instant: string): boolean {
  return new Date(instant).toDateString() === new Date().toDateString();
}
