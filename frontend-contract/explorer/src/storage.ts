import type { Storage } from "@graphiql/toolkit";

// Theme and layout may outlive the page. What was typed or answered (passwords, challenges,
// receipts) must not lie about on a disk, so it is not handed on.
const LASTING = /^graphiql:(theme|visiblePlugin|\w*[fF]lex)$/;
const passing = new Map<string, string>();

export const storage: Storage = {
  getItem: (key) => (LASTING.test(key) ? localStorage.getItem(key) : (passing.get(key) ?? null)),
  setItem(key, value) {
    if (LASTING.test(key)) localStorage.setItem(key, value);
    else passing.set(key, value);
  },
  removeItem(key) {
    localStorage.removeItem(key);
    passing.delete(key);
  },
  clear() {
    localStorage.clear();
    passing.clear();
  },
  get length() {
    return localStorage.length + passing.size;
  },
};
