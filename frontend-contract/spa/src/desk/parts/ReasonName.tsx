import type { ResetReason } from "@sparekey/client";
import { useTranslation } from "react-i18next";

/** What happened to the phone, in short. */
export function ReasonName({ reason }: { reason: ResetReason }) {
  const { t } = useTranslation("desk");
  const grave = reason === "PHONE_STOLEN";
  return <span className={grave ? "reason grave" : "reason"}>{t(`reason.${reason}`, { defaultValue: reason })}</span>;
}
