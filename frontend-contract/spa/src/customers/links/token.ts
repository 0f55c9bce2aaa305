import { useEffect, useState } from "react";

/** The token of the mailed link that led here; it leaves the address bar at once. Empty where it is missing. */
export function useToken(): string {
  const [token, setToken] = useState(tokenInAddress);
  useEffect(() => {
    // Another link may be opened in the same tab.
    const read = () => {
      setToken(tokenInAddress());
      hideToken();
    };
    hideToken();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}

function tokenInAddress(): string {
  return location.hash.slice(1).trim();
}

function hideToken(): void {
  if (location.hash) history.replaceState(history.state, "", location.pathname);
}
