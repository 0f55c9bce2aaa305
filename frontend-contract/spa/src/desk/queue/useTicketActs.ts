import { ClaimTicketDocument, ReleaseTicketDocument, type ClaimTicketMutation } from "@sparekey/client";
import { useState } from "react";
import { useDo } from "../../api";
import { useTrouble } from "../../ui";
import { useDesk } from "../feed/desk";
import type { Ticket } from "../parts/ticket";

type Answer = ClaimTicketMutation["claimTicket"];
type Conflict = Extract<Answer, { __typename: "TicketConflict" }>;
export type Act = "claim" | "release";

/** Why something was not done, and how the ticket stands now. */
export interface Refusal {
  reference: string;
  message: string;
  conflict?: Conflict["ticket"];
}

export interface TicketActs {
  claim(ticket: Ticket): void;
  release(ticket: Ticket): void;
  /** The ticket something is being done with. */
  busy: string | null;
  refusal: Refusal | null;
  dismiss(): void;
  /** What a fresh code was asked for. */
  unconfirmed: { act: Act; ticket: Ticket } | null;
  confirmed(): void;
  leave(): void;
}

/** Takes tickets and gives them back, right from the queue. */
export function useTicketActs(): TicketActs {
  const { queue } = useDesk();
  const acts = { claim: useClaim(), release: useRelease() };
  const trouble = useTrouble();
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [unconfirmed, setUnconfirmed] = useState<TicketActs["unconfirmed"]>(null);

  async function perform(act: Act, ticket: Ticket) {
    if (busy) return;
    const { id, reference } = ticket;
    const heard = queue.heard(id);
    setBusy(id);
    setRefusal(null);
    try {
      tell(act, ticket, await acts[act](id), heard);
    } catch (failure) {
      setRefusal({ reference, message: trouble(failure) });
    }
    setBusy(null);
  }

  function tell(act: Act, ticket: Ticket, answer: Answer, heard: number) {
    const { reference } = ticket;
    switch (answer.__typename) {
      case "RecoveryTicket":
        return queue.learn(answer, heard);
      case "StepUpRequired":
        return setUnconfirmed({ act, ticket });
      case "TicketConflict":
        queue.learn({ ...ticket, ...answer.ticket }, heard);
        return setRefusal({ reference, message: answer.message, conflict: answer.ticket });
      case "TicketNotFound":
        queue.forget(ticket.id);
        return setRefusal({ reference, message: answer.message });
      case "NotAllowed":
        // Perhaps because the session has ended: then this answer says so.
        void queue.reload().catch(() => undefined);
        return setRefusal({ reference, message: answer.message });
      default:
        return setRefusal({ reference, message: answer.message });
    }
  }

  return {
    claim: (ticket) => void perform("claim", ticket),
    release: (ticket) => void perform("release", ticket),
    busy,
    refusal,
    dismiss: () => setRefusal(null),
    unconfirmed,
    confirmed() {
      setUnconfirmed(null);
      if (unconfirmed) void perform(unconfirmed.act, unconfirmed.ticket);
    },
    leave: () => setUnconfirmed(null),
  };
}

function useClaim(): (ticketId: string) => Promise<Answer> {
  const claim = useDo(ClaimTicketDocument);
  return async (ticketId) => (await claim({ input: { ticketId } })).claimTicket;
}

function useRelease(): (ticketId: string) => Promise<Answer> {
  const release = useDo(ReleaseTicketDocument);
  return async (ticketId) => (await release({ input: { ticketId } })).releaseTicket;
}
