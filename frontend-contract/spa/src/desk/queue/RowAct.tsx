import { useTranslation } from "react-i18next";
import { Button } from "../../ui";
import { isSupervisor } from "../door/account";
import { useDesk } from "../feed/desk";
import { isOpen, type Ticket } from "../parts/ticket";
import type { TicketActs } from "./useTicketActs";

interface Props {
  ticket: Ticket;
  acts: TicketActs;
  tabIndex: 0 | -1;
}

/**
 * Takes the ticket, or gives it back: one button, so that the focus stays when it turns. Taking it
 * over is another, lest whoever was about to claim does so by mistake.
 */
export function RowAct({ ticket, acts, tabIndex }: Props) {
  const { t } = useTranslation("desk");
  const { viewer } = useDesk();
  const { state, claimedBy, reference } = ticket;
  const mine = claimedBy?.id === viewer.id;
  if (!isOpen(state) || (claimedBy && !mine && !isSupervisor(viewer))) return null;
  const act = mine ? "release" : claimedBy ? "takeOver" : "claim";
  return (
    <Button
      key={act === "takeOver" ? "other" : "own"}
      tabIndex={tabIndex}
      busy={acts.busy === ticket.id}
      aria-label={t(`act.${act}Named`, { reference })}
      onClick={() => (mine ? acts.release(ticket) : acts.claim(ticket))}
    >
      {t(`act.${act}`)}
    </Button>
  );
}
