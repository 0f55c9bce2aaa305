import type { ResetReason } from "@sparekey/client";
import { useId } from "react";
import { useTranslation } from "react-i18next";

const REASONS: readonly ResetReason[] = [
  "PHONE_LOST",
  "PHONE_STOLEN",
  "PHONE_BROKEN",
  "PHONE_REPLACED",
  "APP_REMOVED",
  "OTHER",
];

interface Props {
  chosen: ResetReason | null;
  onChoose: (reason: ResetReason) => void;
  fault: string | undefined;
}

export function Reasons({ chosen, onChoose, fault }: Props) {
  const { t } = useTranslation("signIn");
  const id = useId();
  return (
    <fieldset className="reasons" role="radiogroup" aria-describedby={fault ? id : undefined} aria-required="true">
      <legend>{t("reason")}</legend>
      {REASONS.map((reason, nth) => (
        <label key={reason}>
          <input
            type="radio"
            name="reason"
            value={reason}
            checked={chosen === reason}
            aria-invalid={fault && nth === 0 ? true : undefined}
            onChange={() => onChoose(reason)}
          />
          <span>{t(`reason_${reason}`)}</span>
        </label>
      ))}
      {fault && <span className="fault" id={id} role="alert">{fault}</span>}
    </fieldset>
  );
}
