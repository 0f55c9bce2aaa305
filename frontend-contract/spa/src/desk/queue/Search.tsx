import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../../ui";

const PAUSE = 300; // milliseconds
const LONGEST = 254;
// Control characters, halves of characters and direction marks, which come along when pasting.
const NO_TEXT = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

interface Props {
  search: string;
  onSearch: (search: string) => void;
}

/** The start of a reference or an address. It stays in memory: addresses are personal data. */
export function Search({ search, onSearch }: Props) {
  const { t } = useTranslation(["desk", "common"]);
  const [typed, setTyped] = useState(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const meant = typed.replace(NO_TEXT, "").trim();
  const tooLong = meant.length > LONGEST;

  function type(text: string) {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => find(text), text ? PAUSE : 0);
  }

  function find(text: string) {
    clearTimeout(timer.current);
    const wanted = text.replace(NO_TEXT, "").trim();
    if (wanted.length <= LONGEST) onSearch(wanted);
  }

  return (
    <form role="search" onSubmit={(event) => (event.preventDefault(), find(typed))}>
      <Field
        type="search"
        label={t("filters.search")}
        placeholder={t("filters.example")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={type}
        fault={tooLong ? t("common:tooLong", { most: LONGEST }) : undefined}
      />
    </form>
  );
}
