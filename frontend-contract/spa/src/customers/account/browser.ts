// In this order: programs also name those they descend from.
const PROGRAMS: [mark: string, name: string][] = [
  ["Edg", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser/", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS/", "Firefox"],
  ["CriOS/", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
];
const SYSTEMS: [mark: string, name: string][] = [
  ["Android", "Android"],
  ["iPhone", "iOS"],
  ["iPad", "iPadOS"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
];

/** What a User-Agent header says in two words: `Firefox`, `Windows`; undefined where it does not tell. */
export function browserOf(userAgent: string | null): { program: string | undefined; system: string | undefined } {
  const first = (names: [string, string][]) => names.find(([mark]) => userAgent?.includes(mark))?.[1];
  return { program: first(PROGRAMS), system: first(SYSTEMS) };
}

export type Place = "unknown" | "same" | "local" | "elsewhere";

/** Where an address is, seen from the one of this browser. */
export function placeOf(address: string | null, own: string | null): Place {
  if (!address) return "unknown";
  if (address === own) return "same";
  return LOCAL.test(address) ? "local" : "elsewhere";
}

const LOCAL = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i;
