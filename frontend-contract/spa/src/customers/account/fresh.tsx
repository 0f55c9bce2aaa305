import { useState, type ReactNode } from "react";
import { StepUp } from "../../sign-in";

interface FreshCode {
  /** Asks for a code of the authenticator app, then goes on. */
  ask(goOn: () => void): void;
  /** To be shown somewhere; nothing while nothing is asked. */
  dialog: ReactNode;
}

/** For what needs a code entered a short time ago. */
export function useFreshCode(): FreshCode {
  const [goOn, setGoOn] = useState<{ now: () => void }>();
  const close = () => setGoOn(undefined);
  const dialog = goOn && (
    <StepUp
      onConfirmed={() => {
        close();
        goOn.now();
      }}
      onClose={close}
    />
  );
  return { ask: (now) => setGoOn({ now }), dialog };
}
