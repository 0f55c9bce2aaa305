import type { ReactNode } from "react";
import { Link } from "wouter";
import { useDesk } from "../feed";
import { addressOf } from "../queue/address";
import { useShown } from "../queue/useShown";

/** Leads to the queue as it was left: with its filter and search. */
export function BackToQueue({ className = "back", children }: { className?: string; children: ReactNode }) {
  const { wanted } = useShown(useDesk().queue);
  return <Link className={className} href={addressOf(wanted)}>{children}</Link>;
}
