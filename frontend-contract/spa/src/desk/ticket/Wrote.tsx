import { useTranslation } from "react-i18next";
import { ReasonName } from "../parts";
import { Card } from "./Card";
import { Fact } from "./Customer";
import type { Ticket } from "./ticket";

/** The form as it was sent. Whoever sent it is not yet known to be the customer. */
export function Wrote({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { reason, customerMessage, contactPhone } = ticket;
  return (
    <Card title={t("wrote.title")}>
      <dl className="facts">
        <Fact name={t("wrote.reason")}><ReasonName reason={reason} /></Fact>
        <Fact across name={t("wrote.message")}>
          {customerMessage ? <span className="words">{customerMessage}</span> : t("wrote.nothing")}
        </Fact>
        {contactPhone && (
          <Fact across name={t("wrote.phone")}>
            <span className="phone">{contactPhone}</span>
            <span className="notice warn">{t("wrote.warning")}</span>
          </Fact>
        )}
      </dl>
    </Card>
  );
}
