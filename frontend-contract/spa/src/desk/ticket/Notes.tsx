import { AddTicketNoteDocument } from "@sparekey/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { moment } from "../../i18n/when";
import { Button, Notice } from "../../ui";
import { Card } from "./Card";
import type { PartProps } from "./parts";
import { TextArea, useFault } from "./TextArea";
import { toNote, type Ticket } from "./ticket";
import { useSending } from "./useWork";

const LONGEST = 4000;

/** What agents tell each other. */
export function Notes({ ticket, me, perform, say }: PartProps) {
  const { t } = useTranslation("ticket");
  return (
    <Card title={t("notes.title")}>
      {ticket.notes.length === 0 ? (
        <p className="quiet">{t("notes.none")}</p>
      ) : (
        <ul className="notes">
          {ticket.notes.map((note) => <Note key={note.id} note={note} />)}
        </ul>
      )}
      {!toNote(ticket, me) && <Writing ticket={ticket} perform={perform} say={say} />}
    </Card>
  );
}

function Note({ note: { author, writtenAt, text } }: { note: Ticket["notes"][number] }) {
  return (
    <li>
      <p className="words">{text}</p>
      <p className="quiet small">
        {author.email} · <time dateTime={writtenAt}>{moment(writtenAt)}</time>
      </p>
    </li>
  );
}

function Writing({ ticket, perform, say }: Omit<PartProps, "me">) {
  const { t } = useTranslation("ticket");
  const add = useDo(AddTicketNoteDocument);
  const [text, setText] = useState("");
  const { busy, refusal, refuse, send } = useSending({ perform, ticket });
  const faultOf = useFault(LONGEST);

  async function write() {
    const fault = faultOf(text);
    if (fault) return refuse({ field: "text", message: fault });
    const sent = text;
    if (!(await send(async () => (await add({ input: { ticketId: ticket.id, text: sent } })).addTicketNote))) return;
    setText((now) => (now === sent ? "" : now));
    say(t("notes.done"));
  }
  return (
    <form className="stack" noValidate onSubmit={(event) => (event.preventDefault(), void write())}>
      <TextArea
        label={t("notes.note")}
        hint={t("notes.hint")}
        fault={refusal?.field === "text" ? refusal.message : undefined}
        value={text}
        onChange={setText}
      />
      {refusal && refusal.field !== "text" && <Notice tone="bad">{refusal.message}</Notice>}
      <div><Button type="submit" busy={busy}>{t("notes.add")}</Button></div>
    </form>
  );
}
