import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { sparekey } from "../../api";
import { useNow } from "../../ui";

export function useConnectionState() {
  return useSyncExternalStore(sparekey.connection.subscribe, () => sparekey.connection.state);
}

/** Whether what is on the screen is kept up. */
export function ConnectionState() {
  const { t } = useTranslation("desk");
  const state = useConnectionState();
  const shown = state === "idle" ? "connecting" : state;
  return (
    <div className={`connection ${shown}`}>
      <span className="connection-dot" aria-hidden="true" />
      <span role="status" aria-label={t("connection.name")}>{t(`connection.${shown}`)}</span>
      {shown === "live" || <Retry words={shown === "offline" ? "retryOffline" : "retry"} />}
    </div>
  );
}

/** Counts silently: nobody wants to hear every second of it. */
function Retry({ words }: { words: "retry" | "retryOffline" }) {
  const { t } = useTranslation("desk");
  const retryAt = useSyncExternalStore(sparekey.connection.subscribe, () => sparekey.connection.retryAt);
  const now = useNow(500);
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  return seconds > 0 ? <span aria-hidden="true">{t(`connection.${words}`, { seconds })}</span> : null;
}
