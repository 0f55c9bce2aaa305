import type { ReactNode } from "react";
import { LanguageSwitch } from "../../ui";
import { Brand } from "../header/Brand";

/** The page before the desk, for whoever is not in yet. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <header className="desk-header">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="stack">{children}</main>
    </div>
  );
}
