import type { Me, Ticket } from "./ticket";
import type { Perform } from "./useWork";

/** What every part needs in which an agent does something. */
export interface PartProps {
  ticket: Ticket;
  me: Me;
  perform: Perform;
  /** Tells what was done. */
  say: (text: string) => void;
}
