import { useTranslation } from "react-i18next";
import type { View } from "./view";

/** In the table's place where it has no rows: asked for, or nothing found. */
export function NothingHere({ view, asked }: { view: View; asked: boolean }) {
  const { t } = useTranslation(["desk", "common"]);
  if (!asked) return <p className="nothing quiet">{t("common:wait")}</p>;
  return <p className="nothing quiet">{view.search ? t("nothing.found") : t(`nothing.${view.show}`)}</p>;
}
