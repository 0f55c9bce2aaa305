import { useTranslation } from "react-i18next";
import { deadline } from "../i18n/when";
import { Heading, useTitle } from "../ui";
import type { Ticket } from "./screens";

/** The request is on its way. */
export function Requested({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("signIn");
  useTitle(t("requested"));
  return (
    <section className="card step stack">
      <Heading>{t("requested")}</Heading>
      <p>{t("requestedWhen", { deadline: deadline(ticket.dueAt) })}</p>
      <p>{t("reference")} <strong className="code reference">{ticket.reference}</strong></p>
      <a href="/reset">{t("follow")}</a>
    </section>
  );
}
