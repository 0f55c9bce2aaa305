import { useTranslation } from "react-i18next";
import { Failure } from "../api";

/** What to tell people when there was no answer: the network, or the server's request number. */
export function useTrouble(): (failure: unknown) => string {
  const { t } = useTranslation();
  return (failure) => {
    if (!(failure instanceof Failure) || failure.kind === "network") return t("network");
    return t("failed", { requestId: failure.requestId ?? failure.code ?? "–" });
  };
}
