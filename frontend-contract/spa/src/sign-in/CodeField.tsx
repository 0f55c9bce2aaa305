import { useEffect, useId, useLayoutEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui";
import { SecondsLeft } from "./SecondsLeft";
import { canBecomeCode, cleaned, isComplete } from "./typed";
import { useSecondsUntil } from "./waiting";

interface Props {
  onCode: (code: string) => void;
  /** What the button says. */
  action: string;
  busy?: boolean;
  /** The field is emptied where this changes: the last problem. */
  refused?: unknown;
  /** Until then no code is taken. */
  blockedUntil?: string | undefined;
  /** Takes the focus when shown. */
  focused?: boolean;
}

/** One field for six digits. It takes them with spaces, and submits by itself. */
export function CodeField({ onCode, action, busy = false, refused, blockedUntil, focused = false }: Props) {
  const { t } = useTranslation("signIn");
  const id = useId();
  const [typed, setTyped] = useState("");
  const [early, setEarly] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const blocked = useSecondsUntil(blockedUntil) > 0;
  const fault = !canBecomeCode(typed) ? t("codeForm") : early && !isComplete(typed) ? t("codeShort") : null;

  // After the heading's own: whoever comes here has a code to type.
  useLayoutEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);

  useEffect(() => {
    setTyped("");
    if (refused) input.current?.focus();
  }, [refused]);

  function type(text: string) {
    const code = cleaned(text);
    setTyped(code);
    setEarly(false);
    if (isComplete(code) && !busy && !blocked) onCode(code);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (busy || blocked) return;
    if (isComplete(typed)) onCode(typed);
    else setEarly(true);
  }

  return (
    <form className="stack" noValidate onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>{t("code")}</label>
        <span className="hint" id={`${id}-hint`}>{t("codeHint")}</span>
        <div className="code-line">
          <input
            ref={input}
            id={id}
            className="code"
            name="code"
            value={typed}
            onChange={(event) => type(event.target.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={blocked || busy}
            aria-invalid={fault ? true : undefined}
            aria-describedby={fault ? `${id}-hint ${id}-fault` : `${id}-hint`}
          />
          <SecondsLeft />
        </div>
        {fault && <span className="fault" id={`${id}-fault`} role="alert">{fault}</span>}
      </div>
      <Button type="submit" look="primary" busy={busy || blocked}>{action}</Button>
    </form>
  );
}
