import { useTranslation } from "react-i18next";
import { Arrow } from "../../ui";

/** What the keyboard does in the table. */
export function Keys() {
  const { t } = useTranslation("desk");
  return (
    <p className="keys quiet" id="queue-keys">
      <span>{t("keys.name")}</span>
      <span><kbd><Arrow to="up" /></kbd> <kbd><Arrow to="down" /></kbd> {t("keys.rows")}</span>
      <span><kbd>{t("keys.home")}</kbd> <kbd>{t("keys.end")}</kbd> {t("keys.ends")}</span>
      <span><kbd>Enter</kbd> {t("keys.open")}</span>
      <span><kbd>C</kbd> {t("keys.claim")}</span>
    </p>
  );
}
