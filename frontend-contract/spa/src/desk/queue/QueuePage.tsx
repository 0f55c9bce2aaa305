import { useTranslation } from "react-i18next";
import { StepUp } from "../../sign-in";
import { Heading } from "../../ui";
import { useDesk, usePageTitle } from "../feed";
import { Counters } from "./Counters";
import { Filters } from "./Filters";
import { News } from "./News";
import { QueueTable } from "./QueueTable";
import { RefusalNotice } from "./RefusalNotice";
import { ShowMore } from "./ShowMore";
import { Stale } from "./Stale";
import { useShown } from "./useShown";
import { useTicketActs } from "./useTicketActs";
import { useViewOfAddress } from "./useViewOfAddress";
import "./queue.css";
import "./table.css";
import "./cards.css";

/** Who waits for a new second factor, and until when. */
export function QueuePage() {
  const { t } = useTranslation("desk");
  const { queue } = useDesk();
  const shown = useShown(queue);
  const acts = useTicketActs();
  useViewOfAddress(queue);
  usePageTitle(t("queue.title"));
  return (
    <main className="desk-main stack">
      <Heading>{t("queue.title")}</Heading>
      <Counters />
      <Filters view={shown.wanted} onSearch={(search) => queue.show({ search })} />
      <Stale />
      {acts.refusal && (
        <RefusalNotice refusal={acts.refusal} tickets={shown.queue.tickets} onDismiss={acts.dismiss} />
      )}
      <QueueTable shown={shown} acts={acts} />
      <ShowMore shown={shown} onMore={() => void queue.more()} onAgain={() => void queue.again()} />
      <News shown={shown} />
      {acts.unconfirmed && <StepUp onConfirmed={acts.confirmed} onClose={acts.leave} />}
    </main>
  );
}
