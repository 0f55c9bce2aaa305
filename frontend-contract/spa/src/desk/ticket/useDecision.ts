import { AddTicketNoteDocument, ApproveResetDocument, RejectResetDocument, type EvidenceKind } from "@sparekey/client";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import type { PartProps } from "./parts";
import { useFault } from "./TextArea";
import { suffices, type TicketAnswer } from "./ticket";
import { useSending } from "./useWork";

const LONGEST = 4000;

/** What becomes of a ticket, or of a text that came too late to decide it. */
export function useDecision({ ticket, perform, say }: PartProps, onDone: () => void) {
  const { t } = useTranslation("ticket");
  const doApprove = useDo(ApproveResetDocument);
  const doReject = useDo(RejectResetDocument);
  const addNote = useDo(AddTicketNoteDocument);
  const { busy, refusal, refuse, send } = useSending({ perform, ticket });
  const faultOf = useFault(LONGEST);
  const ticketId = ticket.id;

  async function sent(note: string, done: string, call: () => Promise<TicketAnswer>) {
    const fault = faultOf(note);
    if (fault) return refuse({ field: "note", message: fault });
    if (!(await send(call))) return;
    say(done);
    onDone();
  }
  return {
    busy,
    refusal,
    approve: async (checked: EvidenceKind[], note: string) => {
      if (!suffices(checked)) return refuse({ field: "checked", message: t("decision.weak") });
      const input = { ticketId, checked, note };
      await sent(note, t("decision.doneApproved"), async () => (await doApprove({ input })).approveReset);
    },
    reject: (note: string) =>
      sent(note, t("decision.doneRejected"), async () => (await doReject({ input: { ticketId, note } })).rejectReset),
    keep: (note: string) =>
      sent(note, t("decision.kept"), async () => (await addNote({ input: { ticketId, text: note } })).addTicketNote),
  };
}
