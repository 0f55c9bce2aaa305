import i18next, { type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";
import { keep, LANGUAGES, preferred, type Language } from "./language";

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>("./words/*.json");

/** Fetches words only in the language that is spoken. */
const backend = {
  type: "backend" as const,
  init: () => undefined,
  read(language: string, namespace: string, done: ReadCallback) {
    WORDS[`./words/${namespace}.${language}.json`]?.().then(
      (words) => done(null, words.default),
      (fault: unknown) => done(fault as Error, true),
    );
  },
};

/** Loads the words of these namespaces in the preferred language. */
export async function speak(...namespaces: string[]): Promise<void> {
  i18next.on("languageChanged", (language) => (document.documentElement.lang = language));
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(),
      supportedLngs: [...LANGUAGES],
      fallbackLng: false,
      ns: ["common", ...namespaces],
      defaultNS: "common",
      interpolation: { escapeValue: false }, // React escapes
    });
}

export async function change(language: Language): Promise<void> {
  keep(language);
  await i18next.changeLanguage(language);
}

export function language(): Language {
  return (i18next.resolvedLanguage ?? preferred()) as Language;
}
