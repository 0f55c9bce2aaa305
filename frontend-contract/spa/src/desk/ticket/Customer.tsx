import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { language } from "../../i18n";
import { moment } from "../../i18n/when";
import { Card } from "./Card";
import type { Ticket } from "./ticket";

export function Customer({ account }: { account: Ticket["account"] }) {
  const { t } = useTranslation("ticket");
  const { email, registeredAt, lastSignInAt, deviceCount, staff } = account;
  return (
    <Card title={t("customer.title")}>
      {staff && <p className="tag warn">{t("customer.staff")}</p>}
      <dl className="facts">
        <Fact name={t("customer.email")}>{email}</Fact>
        <Fact name={t("customer.registered")}>{moment(registeredAt)}</Fact>
        <Fact name={t("customer.lastSignIn")}>{lastSignInAt ? moment(lastSignInAt) : t("never")}</Fact>
        <Fact name={t("customer.units")}>{deviceCount.toLocaleString(language())}</Fact>
      </dl>
    </Card>
  );
}

export function Fact({ name, across = false, children }: { name: string; across?: boolean; children: ReactNode }) {
  return (
    <div className={across ? "across" : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
