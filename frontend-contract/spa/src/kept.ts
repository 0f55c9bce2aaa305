/** What outlives the page in this browser, by name; where it forbids that, what the page keeps. */
export const kept = {
  get: (name: string) => storage().getItem(name),
  set: (name: string, value: string) => storage().setItem(name, value),
  forget: (name: string) => storage().removeItem(name),
};

const passing = new Map<string, string>();
const pageOnly = {
  getItem: (name: string) => passing.get(name) ?? null,
  setItem: (name: string, value: string) => void passing.set(name, value),
  removeItem: (name: string) => void passing.delete(name),
};

function storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  try {
    return localStorage; // even to name it can be forbidden
  } catch {
    return pageOnly;
  }
}
