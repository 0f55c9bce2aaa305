import { useCallback, useEffect, useState } from "react";
import { forget } from "./capabilities";
import type { Transport } from "./transport";

export interface Viewer {
  email: string;
  roles: string[];
  sessions: { id: string; expiresAt: string; current: boolean }[];
}

interface SignedIn {
  /** Undefined until the server has been asked. */
  viewer: Viewer | null | undefined;
  refresh(): Promise<void>;
  signOut(): Promise<void>;
}

/** Who is signed in, as the server sees it; sockets are renewed when that changes. */
export function useViewer(transport: Transport): SignedIn {
  const [viewer, setViewer] = useState<Viewer | null>();
  const session = sessionOf(viewer);

  const refresh = useCallback(async () => {
    const { data } = await transport.ask("Viewer");
    setViewer((data?.["viewer"] ?? null) as Viewer | null);
  }, [transport]);

  const signOut = useCallback(async () => {
    await transport.ask("Logout");
    forget();
    await refresh();
  }, [transport, refresh]);

  useEffect(() => void refresh(), [refresh]);
  useEffect(() => transport.renew(), [transport, session]);
  return { viewer, refresh, signOut };
}

/** The session that this page asks in. */
export function sessionOf(viewer: Viewer | null | undefined): string | undefined {
  return viewer?.sessions.find((one) => one.current)?.id;
}
