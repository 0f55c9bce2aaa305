import type { ReactNode } from "react";
import { Client, Provider } from "urql";
import { through } from "./exchange";
import { sparekey } from "./sparekey";

// No cache: what people see here (sessions, tickets) must be as the server has it now.
const client = new Client({
  url: "/graphql",
  exchanges: [through(sparekey)],
  requestPolicy: "network-only",
});

/** Lets `useAsk`, `useDo` and `useFollow` below reach the server. */
export function Api({ children }: { children: ReactNode }) {
  return <Provider value={client}>{children}</Provider>;
}
