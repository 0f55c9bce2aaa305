import { useTranslation } from "react-i18next";
import { change } from "../i18n";
import { LANGUAGES } from "../i18n/language";

const NAMES = { de: "Deutsch", en: "English", sv: "Svenska" };

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <div className="languages" role="group" aria-label={t("language")}>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          title={NAMES[one]}
          aria-label={`${one.toUpperCase()} ${NAMES[one]}`}
          aria-pressed={i18n.resolvedLanguage === one}
          onClick={() => void change(one)}
        >
          {one.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
