import { useId, type InputHTMLAttributes, type ReactElement } from "react";

interface Around {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
}

interface Tied {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

/** Label, hint and fault around any input, tied to it by ids. */
export function Labelled({ label, hint, fault, children }: Around & { children: (tied: Tied) => ReactElement }) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      {children({
        id,
        "aria-invalid": fault ? true : undefined,
        "aria-describedby": described || undefined,
      })}
      {fault && <span className="fault" id={`${id}-fault`} role="alert">{fault}</span>}
    </div>
  );
}

type FieldProps = Around &
  Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> & {
    value: string;
    onChange: (value: string) => void;
  };

export function Field({ label, hint, fault, value, onChange, ...rest }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} fault={fault}>
      {(tied) => (
        <input {...rest} {...tied} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Labelled>
  );
}
