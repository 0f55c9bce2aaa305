import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useReceipt } from "./receipt";

/** The way back to a request that was sent from this browser. */
export function Pending() {
  const { t } = useTranslation("customers");
  if (!useReceipt()) return null;
  return (
    <aside className="card step stack pending" aria-label={t("waiting.title")}>
      <p>{t("pending")}</p>
      <Link href="/reset">{t("link.follow")}</Link>
    </aside>
  );
}
