import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { useDesk } from "../feed/desk";
import { addressOf } from "../queue/address";
import { useShown } from "../queue/useShown";

export function DeskNav() {
  const { t } = useTranslation("desk");
  const [atQueue] = useRoute("/");
  const [atHistory] = useRoute("/history");
  const { wanted } = useShown(useDesk().queue);
  return (
    <nav className="desk-nav" aria-label={t("nav.name")}>
      <Link href={addressOf(wanted)} aria-current={atQueue ? "page" : undefined}>{t("nav.queue")}</Link>
      <Link href="/history" aria-current={atHistory ? "page" : undefined}>{t("nav.history")}</Link>
    </nav>
  );
}
