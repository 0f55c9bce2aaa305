import { useTranslation } from "react-i18next";
import { Labelled } from "../../ui";

interface Props {
  label: string;
  hint: string;
  fault?: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** A paragraph to type. It tells what is missing or too long rather than cutting it. */
export function TextArea({ value, onChange, ...around }: Props) {
  return (
    <Labelled {...around}>
      {(tied) => (
        <textarea {...tied} rows={3} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Labelled>
  );
}

/** What is wrong with a text before it is sent, in words. */
export function useFault(longest: number): (text: string) => string | undefined {
  const { t } = useTranslation();
  return (text) => {
    if (text.trim() === "") return t("required");
    if (text.length > longest) return t("tooLong", { most: longest });
    return undefined;
  };
}
