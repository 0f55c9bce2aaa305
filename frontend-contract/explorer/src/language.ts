export const LANGUAGES = { en: "English", de: "Deutsch", sv: "Svenska" } as const;
export type Language = keyof typeof LANGUAGES;

export function isLanguage(name: string): name is Language {
  return name in LANGUAGES;
}

/** The first of the browser's languages that the server speaks. */
export function preferred(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}
