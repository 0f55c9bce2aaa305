import { useTranslation } from "react-i18next";
import { Keys } from "./Keys";
import { NothingHere } from "./NothingHere";
import type { Shown } from "./store";
import { TicketRow } from "./TicketRow";
import { useRows } from "./useRows";
import type { TicketActs } from "./useTicketActs";

const COLUMNS = ["reference", "customer", "request", "due", "evidence", "holder"] as const;

interface Props {
  shown: Shown;
  acts: TicketActs;
}

export function QueueTable({ shown: { queue, wanted, asking, failure }, acts }: Props) {
  const { t } = useTranslation("desk");
  const { tickets, marks } = queue;
  const rows = useRows(tickets, acts.claim);
  if (failure && queue.view !== wanted) return null; // these are not the ones that were asked for
  if (tickets.length === 0) return <NothingHere view={queue.view} asked={asking !== "first" && !failure} />;
  // Roles are spelt out, since a table that is laid out as cards is none to some browsers.
  return (
    <>
      <Keys />
      <table
        role="table"
        className="queue"
        aria-label={t("queue.table")}
        aria-busy={asking === "first"}
        aria-describedby="queue-keys"
      >
        <thead role="rowgroup">
          <tr role="row">
            {COLUMNS.map((column) => (
              <th key={column} role="columnheader" scope="col">{t(`column.${column}`)}</th>
            ))}
            <th role="columnheader" scope="col"><span className="unseen">{t("column.act")}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup" {...rows.body}>
          {tickets.map((ticket) => (
            <TicketRow
              key={ticket.id}
              ticket={ticket}
              mark={marks[ticket.id]}
              acts={acts}
              tabIndex={ticket.id === rows.stop ? 0 : -1}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}
