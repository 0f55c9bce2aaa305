import { StrictMode, Suspense, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Api } from "../api";
import { speak } from "../i18n";
import { Boundary } from "./Boundary";
import "./theme.css";
import "./ui.css";

/** Shows an app once its words are there. */
export async function start(app: ReactNode, ...words: string[]): Promise<void> {
  await speak(...words);
  const place = document.getElementById("app");
  if (!place) throw new Error("The page has no place for its app.");
  createRoot(place).render(
    <StrictMode>
      <Boundary>
        <Api>
          <Suspense>{app}</Suspense>
        </Api>
      </Boundary>
    </StrictMode>,
  );
}
