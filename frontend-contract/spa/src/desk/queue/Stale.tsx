import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnectionState } from "../header/ConnectionState";

const PATIENCE = 2000;

/** Says that the queue is not kept up, where that lasts longer than a moment. */
export function Stale() {
  const { t } = useTranslation("desk");
  const state = useConnectionState();
  const lost = state === "reconnecting" || state === "offline";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [lost]);
  return shown ? <p className="notice warn">{t("queue.stale")}</p> : null;
}
