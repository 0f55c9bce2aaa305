import { RevokeSessionDocument } from "@sparekey/client";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { ago, moment } from "../../i18n/when";
import { Button, useNow, useTrouble } from "../../ui";
import { browserOf, placeOf } from "./browser";
import type { Session } from "./viewer";

interface Props {
  sessions: Session[];
  onChanged: () => void;
}

/** Where the account is signed in, and a way to end each of these sessions. */
export function Sessions({ sessions, onChanged }: Props) {
  const { t } = useTranslation("customers");
  const own = sessions.find(({ current }) => current)?.ipAddress ?? null;
  const [said, setSaid] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const revoke = useRevoking(setSaid, () => {
    heading.current?.focus(); // the button goes away with its session
    onChanged();
  });
  return (
    <section className="card stack" aria-labelledby="sessions">
      <h2 id="sessions" ref={heading} tabIndex={-1}>{t("sessions.title")}</h2>
      <p className="quiet">{t("sessions.text")}</p>
      <ul className="entries" aria-labelledby="sessions">
        {[...sessions].sort(byStart).map((session) => (
          <Entry key={session.id} session={session} own={own} onRevoke={(name) => revoke(session.id, name)} />
        ))}
      </ul>
      <p className="said" role="status">{said}</p>
    </section>
  );
}

/** This one first; the others keep their place while they are in use. */
function byStart(a: Session, b: Session): number {
  return Number(b.current) - Number(a.current) || b.startedAt.localeCompare(a.startedAt);
}

function useRevoking(say: (words: string) => void, onChanged: () => void) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const revokeSession = useDo(RevokeSessionDocument);
  return async (id: string, name: string) => {
    say("");
    try {
      const { revokeSession: ended } = await revokeSession({ id });
      say(t(ended ? "sessions.ended" : "sessions.endedBefore", { name }));
    } catch (failure) {
      say(trouble(failure));
    }
    onChanged();
  };
}

interface EntryProps {
  session: Session;
  own: string | null;
  onRevoke: (name: string) => Promise<void>;
}

function Entry({ session, own, onRevoke }: EntryProps) {
  const { t } = useTranslation("customers");
  const now = useNow(30_000);
  const [busy, setBusy] = useState(false);
  const name = useBrowserName(session.userAgent);
  const { current, startedAt, lastUsedAt, ipAddress, verifiedAt } = session;
  return (
    <li className={current ? "current" : undefined}>
      <strong>{name}{current && <span className="mark">{t("sessions.current")}</span>}</strong>
      <span>{t(`sessions.place.${placeOf(ipAddress, current ? null : own)}`, { address: ipAddress })}</span>
      <span className="quiet">
        {current ? t("sessions.now") : t("sessions.lastUsed", { ago: ago(lastUsedAt, now) })}
        {" · "}
        {t("sessions.since", { moment: moment(startedAt) })}
      </span>
      {verifiedAt === null && <span className="quiet">{t("sessions.unverified")}</span>}
      {!current && (
        <Button busy={busy} onClick={() => (setBusy(true), void onRevoke(name).finally(() => setBusy(false)))}>
          {t("sessions.end")}
          <span className="unseen"> ({name})</span>
        </Button>
      )}
    </li>
  );
}

function useBrowserName(userAgent: string | null): string {
  const { t } = useTranslation("customers");
  const { program, system } = browserOf(userAgent);
  if (program && system) return t("sessions.browser", { program, system });
  return program ?? system ?? t("sessions.unknown");
}
