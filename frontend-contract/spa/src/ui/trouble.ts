import { useTranslation } from "react-i18next";
import { Failure } from "../api";

/** What to tell people when there was no answer: the network, the server's own words, or its request number. */
export function useTrouble(): (failure: unknown) => string {
  const { t } = useTranslation();
  return (failure) => {
    if (!(failure instanceof Failure) || failure.kind === "network") return t("network");
    if (failure.code === "UNAVAILABLE") return failure.message;
    return t("failed", { requestId: failure.requestId ?? failure.code ?? "–" });
  };
}
