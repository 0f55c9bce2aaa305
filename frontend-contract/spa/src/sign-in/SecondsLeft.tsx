import { useTranslation } from "react-i18next";
import { useNow } from "../ui";

const STEP = 30; // RFC 6238, as the authenticator apps have it

/** How long the code on the phone is still the current one. For the eye only. */
export function SecondsLeft() {
  const { t } = useTranslation("signIn");
  const left = STEP - (Math.floor(useNow() / 1000) % STEP);
  return (
    <span className="seconds-left" aria-hidden="true" title={t("secondsLeft")}>
      <svg viewBox="0 0 36 36">
        <circle className="track" cx="18" cy="18" r="16" />
        <circle className="rest" cx="18" cy="18" r="16" pathLength={STEP} strokeDasharray={`${left} ${STEP}`} />
      </svg>
      <span>{left}</span>
    </span>
  );
}
