import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chime, isKept, keep } from "./chime";
import { useOverdueChime } from "./useOverdueChime";

/** A soft tone when a ticket is overdue: off until asked for. */
export function SoundToggle() {
  const { t } = useTranslation("desk");
  const [on, setOn] = useState(isKept);
  useOverdueChime(on);

  function toggle() {
    setOn(!on);
    keep(!on);
    if (!on) chime();
  }
  return (
    <button
      type="button"
      className="sound"
      aria-pressed={on}
      aria-label={t("sound.name")}
      title={t(on ? "sound.on" : "sound.off")}
      onClick={toggle}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M3 8v4h3l4 3.5v-11L6 8Z" />
        <path d={on ? "M13 7.5a3.5 3.5 0 0 1 0 5M15 5a7 7 0 0 1 0 10" : "M13 8l4 4M17 8l-4 4"} />
      </svg>
    </button>
  );
}
