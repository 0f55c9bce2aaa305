import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Heading, useTitle } from "../ui";

export function NotFound() {
  const { t } = useTranslation("signIn");
  useTitle(t("notFound"));
  return (
    <section className="card step stack">
      <Heading>{t("notFound")}</Heading>
      <p>{t("notFoundWhat")}</p>
      <Link href="/">{t("home")}</Link>
    </section>
  );
}
