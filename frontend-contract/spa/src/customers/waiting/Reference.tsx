import { useTranslation } from "react-i18next";

/** What to name on the phone. */
export function Reference({ reference }: { reference: string }) {
  const { t } = useTranslation("customers");
  return (
    <dl className="reference">
      <dt>{t("waiting.reference")}</dt>
      <dd className="code">{reference}</dd>
      <dd className="quiet">{t("waiting.referenceUse")}</dd>
    </dl>
  );
}
