import { kept } from "../kept";

export const LANGUAGES = ["de", "en", "sv"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "sparekey.language";

/** What was chosen here before, else the first of the browser's languages that is spoken here. */
export function preferred(): Language {
  const wanted = [kept.get(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find(isSpoken) ?? "en";
}

export function keep(language: Language): void {
  kept.set(KEPT, language);
}

function isSpoken(tag: string | null): tag is Language {
  return (LANGUAGES as readonly (string | null)[]).includes(tag);
}
