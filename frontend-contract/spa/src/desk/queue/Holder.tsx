import { useTranslation } from "react-i18next";
import { clock } from "../../i18n/when";
import { Person } from "../parts/Person";
import { StateName } from "../parts/StateName";
import type { Ticket } from "../parts/ticket";

type Held = Pick<Ticket, "state" | "claimedBy" | "claimExpiresAt" | "decidedBy">;

/** Where a ticket stands, and who has to do with it. */
export function Holder({ ticket: { state, claimedBy, claimExpiresAt, decidedBy } }: { ticket: Held }) {
  const { t } = useTranslation("desk");
  const person = decidedBy ?? claimedBy;
  return (
    <div className="holder">
      <StateName state={state} />
      <span>
        {person ? <Person agent={person} /> : state === "WAITING" && <span className="quiet">{t("nobody")}</span>}
        {claimedBy && claimExpiresAt && (
          <span className="quiet held-until"> {t("heldUntil", { time: clock(claimExpiresAt) })}</span>
        )}
      </span>
    </div>
  );
}
