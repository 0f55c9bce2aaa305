/** Tells when the network or the person comes back, and when the network goes. Nothing without a window. */
export function watchDevice(back: () => void, gone: () => void): () => void {
  if (typeof window === "undefined") return () => {};
  const seen = () => document.visibilityState === "visible" && back();
  window.addEventListener("online", back);
  window.addEventListener("offline", gone);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", back);
    window.removeEventListener("offline", gone);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Whether the device itself says that it has no network. */
export function deviceOffline(): boolean {
  return typeof window !== "undefined" && navigator.onLine === false;
}
