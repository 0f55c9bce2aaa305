import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../src/i18n/language";

type Words = { [key: string]: string | Words };

const FILES = import.meta.glob<Words>("../src/i18n/words/*.json", { eager: true, import: "default" });
const NAMESPACES = [...new Set(Object.keys(FILES).map((path) => path.split("/").at(-1)?.split(".")[0] ?? ""))];

describe.each(NAMESPACES)("the words of %s", (namespace) => {
  const english = flat(wordsOf(namespace, "en"));

  test.each(LANGUAGES)("are all there in %s", (language) => {
    expect([...flat(wordsOf(namespace, language)).keys()].sort()).toEqual([...english.keys()].sort());
  });

  test.each(LANGUAGES)("leave nothing empty in %s", (language) => {
    for (const [key, text] of flat(wordsOf(namespace, language))) expect(text.trim(), key).not.toBe("");
  });

  test.each(LANGUAGES)("have the same gaps to fill in %s", (language) => {
    for (const [key, text] of flat(wordsOf(namespace, language)))
      if (!key.endsWith("_one")) expect(gapsOf(text), key).toEqual(gapsOf(english.get(key) ?? ""));
  });
});

function wordsOf(namespace: string, language: string): Words {
  return FILES[`../src/i18n/words/${namespace}.${language}.json`] ?? {};
}

function flat(words: Words, before = ""): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === "string" ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
    ),
  );
}

function gapsOf(text: string): string[] {
  return [...new Set(text.match(/{{\w+}}/g) ?? [])].sort();
}
