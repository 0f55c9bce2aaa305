import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Agent, Change, Evidence, Me } from "./ticket";

/** Puts a change into words, with "you" for the one who reads. */
export function useTold(me: Me): (change: Change) => string {
  const { t } = useTranslation("ticket");
  return useCallback(
    (change) => {
      const told = ({ kind, outcome }: Evidence) =>
        `${t(`kind.${kind}`, { defaultValue: kind })}: ${t(`outcome.${outcome}`, { defaultValue: outcome })}`;
      const by = ({ id, email }: Agent) => ({ who: id === me.id ? t("you") : email });
      switch (change.__typename) {
        case "TicketSubmitted":
          return t("happened.submitted");
        case "TicketClaimed":
          return t("happened.claimed", by(change.agent));
        case "TicketReleased":
          return t(change.lapsed ? "happened.lapsed" : "happened.released");
        case "TicketNoted":
          return t("happened.noted", by(change.note.author));
        case "TicketEvidenceAdded":
          return told(change.evidence);
        case "TicketApproved":
          return t("happened.approved", by(change.agent));
        case "TicketRejected":
          return t("happened.rejected", by(change.agent));
        case "TicketCancelled":
          return t(`cancelled.${change.by}`, { defaultValue: t("happened.cancelled") });
        default:
          return t("happened.other");
      }
    },
    [me.id, t],
  );
}
