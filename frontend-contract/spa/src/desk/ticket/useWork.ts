import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTrouble } from "../../ui";
import type { PartProps } from "./parts";
import { standingOf, type Ticket, type TicketAnswer } from "./ticket";

/** Why something was not done; `field` is its name in the input. */
export interface Refusal {
  message: string;
  field?: string;
  /** How the ticket stood then; once it stands otherwise, this is no longer true. */
  standing?: ReturnType<typeof standingOf>;
}

/** Does it, and answers why not. A fresh code is asked for where it takes one. */
export type Perform = (call: () => Promise<TicketAnswer>) => Promise<Refusal | null>;

interface Shown {
  show: (ticket: Partial<Ticket>) => void;
  refresh: () => void;
  onGone: (message: string) => void;
}

/** What agents do on a ticket. `stepUp` is there while a fresh code is asked for. */
export function useWork({ show, refresh, onGone }: Shown) {
  const { t } = useTranslation("ticket");
  const trouble = useTrouble();
  const [stepUp, setStepUp] = useState<{ end: (confirmed: boolean) => void } | null>(null);

  async function confirmed(): Promise<boolean> {
    const answer = await new Promise<boolean>((end) => setStepUp({ end }));
    setStepUp(null);
    return answer;
  }

  function conflict({ message, ticket }: Extract<TicketAnswer, { __typename: "TicketConflict" }>): Refusal {
    const standing = standingOf(ticket);
    return { message: `${message} ${t(`stands.${standing.state}`, { who: standing.who })}`, standing };
  }

  function told(answer: Exclude<TicketAnswer, { __typename: "StepUpRequired" }>): Refusal | null {
    switch (answer.__typename) {
      case "RecoveryTicket":
        show(answer);
        return null;
      case "TicketConflict":
        show(answer.ticket);
        return conflict(answer);
      case "TicketNotFound":
        onGone(answer.message);
        return answer;
      default:
        return answer;
    }
  }

  const perform: Perform = async (call) => {
    try {
      let answer = await call();
      while (answer.__typename === "StepUpRequired") {
        if (!(await confirmed())) return { message: t("notSent") };
        answer = await call();
      }
      return told(answer);
    } catch (failure) {
      return { message: trouble(failure) };
    } finally {
      // For the history; and where the session has ended, the answer says so.
      refresh();
    }
  };
  return { perform, stepUp };
}

/** One form's state of sending: what it was refused for stays until the next try. */
export function useSending({ perform, ticket }: Pick<PartProps, "perform" | "ticket">) {
  const [busy, setBusy] = useState(false);
  const [refusal, refuse] = useState<Refusal | null>(null);

  async function send(call: () => Promise<TicketAnswer>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    refuse(null);
    const refused = await perform(call);
    refuse(refused);
    setBusy(false);
    return refused === null;
  }
  return { busy, refusal: refusal && isOutdated(refusal, ticket) ? null : refusal, refuse, send };
}

function isOutdated({ standing }: Refusal, ticket: Ticket): boolean {
  const { state, who } = standingOf(ticket);
  return standing !== undefined && (standing.state !== state || standing.who !== who);
}
