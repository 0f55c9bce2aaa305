import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../i18n/when";
import { Button, Field, Heading, Notice, useTitle } from "../ui";
import { kept, type Flow } from "./flow";
import { retryAtOf, type Shown } from "./screens";
import { Trouble } from "./Trouble";
import { useSecondsUntil } from "./waiting";

/** The code from the mail, after a reset was granted. */
export default function ReleaseCode({ flow, screen }: { flow: Flow; screen: Shown<"releaseCode"> }) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState(false);
  const { challenge, problem, sentUntil } = screen;
  const blocked = useSecondsUntil(retryAtOf(problem)) > 0;
  const resending = flow.call === "resendReleaseCode";
  useTitle(t("releaseCode"));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked && !resending) return;
    if (!code.trim()) return setMissing(true);
    flow.ask("beginEnrollment", { challenge: challenge.token, releaseCode: code.trim() });
  }

  return (
    <section className="card step stack">
      <Heading>{t("releaseCode")}</Heading>
      <p>{t("releaseCodeWhy")}</p>
      {sentUntil && <Notice tone="good">{t("sent", { moment: moment(sentUntil) })}</Notice>}
      <Trouble problem={problem} failure={flow.failure} busy={flow.busy} onAgain={flow.again} />
      <form className="stack" noValidate onSubmit={submit}>
        <Field
          label={t("releaseCodeLabel")}
          hint={t("releaseCodeHint")}
          value={code}
          onChange={(value) => (setCode(value), setMissing(false))}
          fault={missing ? common("required") : undefined}
          className="code"
          name="release-code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <Button type="submit" look="primary" busy={flow.busy || (blocked && !resending)}>{t("next")}</Button>
      </form>
      <div className="row">
        <Button
          busy={flow.busy || (blocked && resending)}
          onClick={() => flow.ask("resendReleaseCode", { challenge: challenge.token })}
        >
          {t("resend")}
        </Button>
        <Button onClick={() => flow.show({ ...kept(screen), name: "code", challenge, suspended: false })}>
          {t("phoneFound")}
        </Button>
      </div>
      <Button look="plain" onClick={flow.leave}>{common("back")}</Button>
    </section>
  );
}
