import { useTranslation } from "react-i18next";

export function Brand() {
  const { t } = useTranslation("desk");
  return (
    <span className="brand">
      <img src="/pages/mark.svg" alt="" width="28" height="28" />
      <span>Sparekey</span>
      <span className="brand-place">{t("place")}</span>
    </span>
  );
}
