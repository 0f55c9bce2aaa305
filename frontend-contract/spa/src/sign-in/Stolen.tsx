import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../ui";

/** Asked before a request that locks at once. */
export function Stolen({ onYes, onNo }: { onYes: () => void; onNo: () => void }) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  return (
    <Dialog title={t("stolen")} onClose={onNo}>
      <p>{t("stolenWhat")}</p>
      <div className="row">
        <Button onClick={onNo}>{common("cancel")}</Button>
        <Button look="danger" onClick={onYes}>{t("stolenYes")}</Button>
      </div>
    </Dialog>
  );
}
