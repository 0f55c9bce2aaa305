import { useTranslation } from "react-i18next";

/** What happens while support is checking, and what helps. */
export function Meanwhile() {
  const { t } = useTranslation("customers");
  return (
    <section className="card stack" aria-labelledby="meanwhile">
      <h2 id="meanwhile">{t("waiting.meanwhile")}</h2>
      <ul className="points">
        <li>{t("waiting.mailbox")}</li>
        <li>{t("waiting.callBack")}</li>
        <li>{t("waiting.stay")}</li>
        <li>{t("waiting.found")}</li>
      </ul>
    </section>
  );
}
