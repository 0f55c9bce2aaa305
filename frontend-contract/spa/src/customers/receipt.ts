import { useSyncExternalStore } from "react";
import { kept } from "../kept";
import { keptReceipt, RECEIPT } from "../sign-in/receipt";

// The browser tells other tabs by itself, but not the one that made the change.
const CHANGED = "sparekey:receipt";

export function forgetReceipt(): void {
  kept.forget(RECEIPT);
  window.dispatchEvent(new Event(CHANGED));
}

/** The receipt of the request that this browser sent last, in whichever tab; null where there is none. */
export function useReceipt(): string | null {
  return useSyncExternalStore(subscribe, keptReceipt);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("storage", listener);
    window.removeEventListener(CHANGED, listener);
  };
}
