import type { ReactNode } from "react";

interface Props {
  tone?: "good" | "warn" | "bad" | "plain";
  children: ReactNode;
}

/** Says something at once: what is bad interrupts a screen reader, the rest waits its turn. */
export function Notice({ tone = "plain", children }: Props) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}
