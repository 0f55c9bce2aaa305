import { useTranslation } from "react-i18next";
import { useDesk } from "../feed/desk";
import { Address } from "./Address";
import type { Agent } from "./ticket";

/** A colleague by address, or "you". */
export function Person({ agent }: { agent: Agent }) {
  const { t } = useTranslation("desk");
  const { viewer } = useDesk();
  return agent.id === viewer.id ? t("you") : <Address email={agent.email} />;
}
