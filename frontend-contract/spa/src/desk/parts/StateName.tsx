import type { TicketState } from "@sparekey/client";
import { useTranslation } from "react-i18next";

/** Where a ticket stands, in a word. */
export function StateName({ state }: { state: TicketState }) {
  const { t } = useTranslation("desk");
  return <span className={`state-name ${state.toLowerCase()}`}>{t(`state.${state}`, { defaultValue: state })}</span>;
}
