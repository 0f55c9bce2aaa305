import { useTranslation } from "react-i18next";
import { Button, Notice } from "../../ui";
import type { Ticket } from "../parts/ticket";
import { Holder } from "./Holder";
import type { Refusal } from "./useTicketActs";

interface Props {
  refusal: Refusal;
  tickets: readonly Ticket[];
  onDismiss: () => void;
}

/** Why nothing was done, and how the ticket stands now. */
export function RefusalNotice({ refusal: { reference, message, conflict }, tickets, onDismiss }: Props) {
  const { t } = useTranslation(["desk", "common"]);
  const now = tickets.find((ticket) => ticket.reference === reference) ?? conflict;
  return (
    <Notice tone="bad">
      <div className="refusal">
        <div>
          <strong>{reference}</strong> {message}
          {conflict && now && <Holder ticket={now} />}
        </div>
        <Button onClick={onDismiss}>{t("common:close")}</Button>
      </div>
    </Notice>
  );
}
