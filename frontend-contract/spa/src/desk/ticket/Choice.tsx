import { useId } from "react";

interface Props<V extends string> {
  legend: string;
  hint?: string | undefined;
  fault?: string | undefined;
  type: "radio" | "checkbox";
  choices: { value: V; label: string }[];
  chosen: readonly V[];
  onChoose: (value: V) => void;
}

/** Several to choose from, with one question above them. */
export function Choice<V extends string>({ legend, hint, fault, type, choices, chosen, onChoose }: Props<V>) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <fieldset className="choice" aria-describedby={described || undefined}>
      <legend>{legend}</legend>
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
      <div className="choices">
        {choices.map(({ value, label }) => (
          <label key={value}>
            <input
              type={type}
              name={id}
              checked={chosen.includes(value)}
              onChange={() => onChoose(value)}
            />
            {label}
          </label>
        ))}
      </div>
      {fault && <p className="fault" id={`${id}-fault`} role="alert">{fault}</p>}
    </fieldset>
  );
}
