import { useTranslation } from "react-i18next";
import { Labelled } from "../ui";
import { lengthOf } from "./typed";

const NEAR = 200;

interface Props {
  value: string;
  onChange: (value: string) => void;
  most: number;
  fault: string | undefined;
}

/** A longer text; near its limit it says how much is left. */
export function Message({ value, onChange, most, fault }: Props) {
  const { t } = useTranslation("signIn");
  const left = most - lengthOf(value);
  return (
    <div>
      <Labelled label={t("message")} hint={t("messageHint")} fault={fault}>
        {(tied) => (
          <textarea {...tied} name="message" rows={4} value={value} onChange={(event) => onChange(event.target.value)} />
        )}
      </Labelled>
      {left <= NEAR && left >= 0 && <p className="quiet counter">{t("charactersLeft", { count: left })}</p>}
    </div>
  );
}
