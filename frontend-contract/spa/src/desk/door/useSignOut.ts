import { LogoutDocument } from "@sparekey/client";
import { useState } from "react";
import { useDo } from "../../api";
import { useTrouble } from "../../ui";

/** Ends the session; where that fails, says why. */
export function useSignOut(onLeft: () => void) {
  const logout = useDo(LogoutDocument);
  const trouble = useTrouble();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  async function signOut() {
    setBusy(true);
    setFault(null);
    try {
      await logout({});
      onLeft();
    } catch (failure) {
      setFault(trouble(failure));
    }
    setBusy(false);
  }
  return { signOut: () => void signOut(), busy, fault };
}
