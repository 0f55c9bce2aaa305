import { useTranslation } from "react-i18next";
import { lengthOf } from "../../sign-in/typed";

/** What is wrong, by the name of the input. */
export type Faults = Partial<Record<string, string>>;

/** Finds what is wrong without asking the server: what is empty, or longer than `most` characters. */
export function useFaults(most: Record<string, number>): (values: Record<string, string>) => Faults {
  const { t } = useTranslation();
  return (values) => {
    const faults: Faults = {};
    for (const [name, limit] of Object.entries(most)) {
      const value = values[name] ?? "";
      if (!value.trim()) faults[name] = t("required");
      else if (lengthOf(value) > limit) faults[name] = t("tooLong", { most: limit });
    }
    return faults;
  };
}
