import { useEffect } from "react";

/** Names the page in its tab and in the browser's history, while it is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Sparekey`;
    return () => void (document.title = "Sparekey");
  }, [title]);
}
