import { ClaimTicketDocument, ReleaseTicketDocument } from "@sparekey/client";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { countdown } from "../../i18n/when";
import { Button, Notice, useNow } from "../../ui";
import type { PartProps } from "./parts";
import { isMine, isOpen, toClaim, type Me, type Ticket } from "./ticket";
import { useSending } from "./useWork";

/** Who works on it and for how long; takes it, keeps it, gives it back. */
export function Claim({ ticket, me, perform, say }: PartProps) {
  const { t } = useTranslation("ticket");
  const claim = useDo(ClaimTicketDocument);
  const release = useDo(ReleaseTicketDocument);
  const { busy, refusal, send } = useSending({ perform, ticket });
  const taking = useRef<HTMLSpanElement>(null);
  if (!isOpen(ticket)) return null;

  const input = { ticketId: ticket.id };
  const mine = isMine(ticket, me);
  async function take() {
    const done = t(mine ? "claim.renewed" : "claim.claimed");
    if (await send(async () => (await claim({ input })).claimTicket)) say(done);
  }
  async function giveBack() {
    if (!(await send(async () => (await release({ input })).releaseTicket))) return;
    say(t("claim.released"));
    taking.current?.querySelector("button")?.focus();
  }
  const hindrance = toClaim(ticket, me);
  return (
    <section className="claim" aria-label={t("claim.section")}>
      <Holder ticket={ticket} me={me} />
      <span className="row" ref={taking}>
        {!hindrance && (
          <Button look={mine ? "normal" : "primary"} busy={busy} onClick={() => void take()}>
            {t(mine ? "claim.renew" : ticket.state === "CLAIMED" ? "claim.takeOver" : "claim.take")}
          </Button>
        )}
        {mine && <Button busy={busy} onClick={() => void giveBack()}>{t("claim.release")}</Button>}
      </span>
      {hindrance === "own" && <Notice tone="warn">{t("hindered.own")}</Notice>}
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
    </section>
  );
}

function Holder({ ticket, me }: { ticket: Ticket; me: Me }) {
  const { t } = useTranslation("ticket");
  if (ticket.state !== "CLAIMED") return <p>{t("claim.free")}</p>;
  return (
    <p>
      {isMine(ticket, me) ? t("claim.mine") : t("claim.other", { who: ticket.claimedBy?.email })}{" "}
      {ticket.claimExpiresAt && <Left until={ticket.claimExpiresAt} />}
    </p>
  );
}

function Left({ until }: { until: string }) {
  const { t } = useTranslation("ticket");
  const seconds = (Date.parse(until) - useNow()) / 1000;
  return (
    <span className={seconds < 120 ? "left short" : "left"} role="timer">
      {t("claim.left", { time: countdown(seconds) })}
    </span>
  );
}
