import "@graphiql/react/font/fira-code.css";
import "@graphiql/react/font/roboto.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "graphiql/graphiql.css";
import "./explorer.css";
import "./workers";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Explorer } from "./Explorer";

const place = document.getElementById("explorer");
if (!place) throw new Error("The page has no place for the explorer.");
createRoot(place).render(
  <StrictMode>
    <Explorer />
  </StrictMode>,
);
