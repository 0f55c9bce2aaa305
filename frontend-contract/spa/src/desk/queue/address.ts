import { SHOWS, type Show, type View } from "./view";

type Addressed = Pick<View, "show" | "order">;

/** Where the queue is shown like this. What is searched for stays out of it. */
export function addressOf({ show, order }: Addressed): string {
  const parts = new URLSearchParams();
  if (show !== "open") parts.set("show", show);
  if (order === "NEWEST_FIRST") parts.set("order", "newest");
  return parts.size > 0 ? `?${parts}` : "";
}

export function viewAt(parts: URLSearchParams): Addressed {
  const show = parts.get("show");
  return {
    show: isShow(show) ? show : "open",
    order: parts.get("order") === "newest" ? "NEWEST_FIRST" : "DUE_FIRST",
  };
}

function isShow(name: string | null): name is Show {
  return (SHOWS as readonly (string | null)[]).includes(name);
}
