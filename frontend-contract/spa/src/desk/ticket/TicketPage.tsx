import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, useTrouble } from "../../ui";
import { usePageTitle } from "../feed";
import { Head } from "./Head";
import "./lists.css";
import "./ticket.css";
import { Unknown } from "./Unknown";
import { useTicket } from "./useTicket";
import { Work } from "./Work";

/** One ticket, live: what is known, what was done, and what can be done. */
export default function TicketPage({ reference }: { reference: string }) {
  return <Page key={reference} reference={reference} />;
}

function Page({ reference }: { reference: string }) {
  const { t } = useTranslation("ticket");
  const { ticket, failure, refresh, show } = useTicket(reference);
  const [gone, setGone] = useState<string | null>(null);
  usePageTitle(t("ticket", { reference: ticket?.reference ?? reference }));

  if (gone !== null || ticket === null) return <Unknown reference={reference} gone={gone} />;
  return (
    <main className="desk-main ticket stack">
      {failure && <Outdated failure={failure} onAgain={refresh} />}
      {ticket ? <Work ticket={ticket} show={show} refresh={refresh} onGone={setGone} /> : <Coming reference={reference} />}
    </main>
  );
}

function Outdated({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  const { t } = useTranslation("ticket");
  const trouble = useTrouble();
  return (
    <Notice tone="warn">
      <div className="row">
        <span>{trouble(failure)} {t("outdated")}</span>
        <Button onClick={onAgain}>{t("again")}</Button>
      </div>
    </Notice>
  );
}

function Coming({ reference }: { reference: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Head reference={reference} />
      <p role="status" className="quiet">{t("wait")}</p>
    </>
  );
}
