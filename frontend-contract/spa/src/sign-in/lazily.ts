import { lazy, type ComponentType } from "react";

/** A part of the page that is fetched when it is first shown, and waited for while the network is away. */
export function lazily<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => patiently(load));
}

async function patiently<T>(load: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (tries === 1) throw cause;
    await new Promise((done) => setTimeout(done, 2_000));
    return patiently(load, tries - 1);
  }
}
