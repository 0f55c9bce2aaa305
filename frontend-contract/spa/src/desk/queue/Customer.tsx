import { useTranslation } from "react-i18next";
import { Address } from "../parts/Address";
import type { Ticket } from "../parts/ticket";

export function Customer({ account: { email, deviceCount, staff } }: { account: Ticket["account"] }) {
  const { t } = useTranslation("desk");
  return (
    <div className="customer">
      <Address email={email} />
      <span className="quiet">
        {t("units", { count: deviceCount })}
        {staff && <span className="staff-mark" title={t("staff.meaning")}>{t("staff.name")}</span>}
      </span>
    </div>
  );
}
