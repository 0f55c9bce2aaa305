import { useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Field } from "./Field";

type Props = ComponentProps<typeof Field> & { autoComplete: "current-password" | "new-password" };

/** A password, hidden until its owner asks to see it. */
export function PasswordField(props: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className="password-field">
      <Field {...props} type={shown ? "text" : "password"} autoCapitalize="none" spellCheck={false} />
      <Button look="plain" onClick={() => setShown(!shown)}>{t(shown ? "hide" : "show")}</Button>
    </div>
  );
}
