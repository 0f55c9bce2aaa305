import { useTranslation } from "react-i18next";
import type { Ticket } from "./ticket";

/** How it ended. */
export function Outcome({ ticket: { state, decidedBy } }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const who = decidedBy?.email ?? "";
  if (state === "APPROVED") return <p className="notice good">{t("decision.approved", { who })}</p>;
  if (state === "REJECTED") return <p className="notice bad">{t("decision.rejected", { who })}</p>;
  return <p className="notice">{t("decision.cancelled")}</p>;
}
