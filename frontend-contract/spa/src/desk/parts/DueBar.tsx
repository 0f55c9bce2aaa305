import { useTranslation } from "react-i18next";
import { ago } from "../../i18n/when";
import { useMinutesUntil } from "./clock";
import { span } from "./span";
import { isOpen, type Ticket } from "./ticket";

type Due = Pick<Ticket, "state" | "submittedAt" | "dueAt" | "decidedAt">;

const SOON = 4 * 60; // minutes
const FULL = 100;

/** How long there is to answer: a bar, and the same in words. */
export function DueBar({ ticket }: { ticket: Due }) {
  if (isOpen(ticket.state)) return <Running ticket={ticket} />;
  return <Decided at={ticket.decidedAt} />;
}

function Running({ ticket: { submittedAt, dueAt } }: { ticket: Due }) {
  const left = useMinutesUntil(dueAt);
  const given = (Date.parse(dueAt) - Date.parse(submittedAt)) / 60_000;
  const used = left < 0 ? FULL : FULL * Math.min(1, Math.max(0.02, 1 - left / given));
  return (
    <div className={`due ${tone(left)}`}>
      <Words left={left} />
      <div className="due-bar" aria-hidden="true">
        <div style={{ width: `${used}%` }} />
      </div>
    </div>
  );
}

function Words({ left }: { left: number }) {
  const { t } = useTranslation("desk");
  if (left < -1) return <span>{t("due.overdueBy", { span: span(-left - 1) })}</span>;
  if (left < 0) return <span>{t("due.overdueNow")}</span>;
  if (left < 1) return <span>{t("due.inAMinute")}</span>;
  return <span>{t("due.in", { span: span(left) })}</span>;
}

function Decided({ at }: { at: string | null }) {
  return <span className="quiet">{at ? ago(at) : "–"}</span>;
}

function tone(minutesLeft: number): "late" | "soon" | "calm" {
  if (minutesLeft < 0) return "late";
  return minutesLeft < SOON ? "soon" : "calm";
}
