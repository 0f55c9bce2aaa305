import type { ResetReason } from "@sparekey/client";
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, Field, Heading, useTitle } from "../ui";
import { useFaultFocus } from "./faults";
import { kept, type Flow } from "./flow";
import { Message } from "./Message";
import { Reasons } from "./Reasons";
import { faultOf, retryAtOf, type Draft, type Shown } from "./screens";
import { Stolen } from "./Stolen";
import { Trouble } from "./Trouble";
import { lengthOf } from "./typed";
import { useSecondsUntil } from "./waiting";

const MOST = { message: 4_000, contactPhone: 50, deviceSerialNumber: 64 };
type TextField = keyof typeof MOST;
const FIELDS = Object.keys(MOST) as TextField[];

/** The form to the manufacturer: "Reset one-time password". */
export default function ResetForm({ flow, screen }: { flow: Flow; screen: Shown<"reset"> }) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState({});
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState<Draft>();
  const form = useRef<HTMLFormElement>(null);
  const { draft, busy } = flow;
  const { challenge, problem } = screen;
  const blocked = useSecondsUntil(retryAtOf(problem)) > 0;
  useTitle(t("reset"));
  useFaultFocus(form, [problem, missing, refused]);

  function fill(part: Partial<Draft>) {
    flow.keep({ ...draft, ...part });
    setMissing(false);
  }

  function fault(field: TextField) {
    if (isTooLong(draft, field)) return common("tooLong", { most: MOST[field] });
    return sent?.[field] === draft[field] ? faultOf(problem, field) : undefined;
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked) return;
    if (!draft.reason) return setMissing(true);
    if (FIELDS.some((field) => isTooLong(draft, field))) return setRefused({});
    if (draft.reason === "PHONE_STOLEN") return setAsking(true);
    send(draft.reason);
  }

  function send(reason: ResetReason) {
    setAsking(false);
    setSent(draft);
    flow.ask("requestReset", {
      challenge: challenge.token,
      reason,
      message: draft.message.trim() || null,
      contactPhone: draft.contactPhone.trim() || null,
      deviceSerialNumber: draft.deviceSerialNumber.trim() || null,
    });
  }

  return (
    <section className="card step stack">
      <Heading>{t("reset")}</Heading>
      <p>{t("resetWhat")}</p>
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        <Reasons
          chosen={draft.reason}
          onChoose={(reason) => fill({ reason })}
          fault={missing ? t("reasonMissing") : faultOf(problem, "reason")}
        />
        <Message
          value={draft.message}
          onChange={(message) => fill({ message })}
          most={MOST.message}
          fault={fault("message")}
        />
        <Field
          label={t("contactPhone")}
          hint={t("contactPhoneHint")}
          value={draft.contactPhone}
          onChange={(contactPhone) => fill({ contactPhone })}
          fault={fault("contactPhone")}
          name="tel"
          type="tel"
          autoComplete="tel"
        />
        <Field
          label={t("unitSerial")}
          hint={t("unitSerialHint")}
          value={draft.deviceSerialNumber}
          onChange={(deviceSerialNumber) => fill({ deviceSerialNumber })}
          fault={fault("deviceSerialNumber")}
          name="serial-number"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <Trouble problem={problem} failure={flow.failure} busy={busy} onAgain={flow.again} />
        <Button type="submit" look="primary" busy={busy || blocked}>{busy ? common("wait") : t("send")}</Button>
      </form>
      <Button
        look="plain"
        onClick={() => flow.show({ ...kept(screen), name: "code", challenge, suspended: flow.suspended })}
      >
        {common("back")}
      </Button>
      {asking && <Stolen onYes={() => send("PHONE_STOLEN")} onNo={() => setAsking(false)} />}
    </section>
  );
}

function isTooLong(draft: Draft, field: TextField): boolean {
  return lengthOf(draft[field]) > MOST[field];
}
