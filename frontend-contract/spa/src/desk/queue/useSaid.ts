import type { QueueEvent } from "@sparekey/client";
import { useTranslation } from "react-i18next";
import { useDesk } from "../feed/desk";

/** Puts what happened to a ticket into a sentence. */
export function useSaid(): (event: QueueEvent) => string {
  const { t } = useTranslation("desk");
  const { viewer } = useDesk();
  return (event) => {
    const { reference } = event.ticket;
    const by = (agent: { id: string; email: string }) => ({
      reference,
      who: agent.email,
      context: agent.id === viewer.id ? "own" : "other",
    });
    switch (event.__typename) {
      case "TicketSubmitted":
        return t("news.submitted", { reference });
      case "TicketClaimed":
        return t("news.claimed", by(event.agent));
      case "TicketReleased":
        return t(event.lapsed ? "news.lapsed" : "news.released", { reference });
      case "TicketNoted":
        return t("news.noted", by(event.note.author));
      case "TicketEvidenceAdded":
        return t("news.evidence", { reference });
      case "TicketApproved":
        return t("news.approved", by(event.agent));
      case "TicketRejected":
        return t("news.rejected", by(event.agent));
      case "TicketCancelled":
        return t("news.cancelled", { reference });
      default:
        return t("news.changed", { reference });
    }
  };
}
