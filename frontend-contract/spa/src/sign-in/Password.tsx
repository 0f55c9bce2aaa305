import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Button, Field, Heading, Notice, PasswordField, useTitle } from "../ui";
import { useFaultFocus } from "./faults";
import type { Flow } from "./flow";
import { faultOf, retryAtOf, type Shown } from "./screens";
import { Trouble } from "./Trouble";
import { lengthOf } from "./typed";
import { useSecondsUntil } from "./waiting";

const LONGEST_EMAIL = 254;

interface Props {
  flow: Flow;
  screen: Shown<"password">;
  start: { email?: string; password?: string; notice?: string };
  staff: boolean;
}

export function Password({ flow, screen, start, staff }: Props) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const [email, setEmail] = useState(screen.email ?? "");
  const [password, setPassword] = useState(screen.notice ? "" : (start.password ?? ""));
  const [checked, setChecked] = useState(false);
  const [seen, setSeen] = useState(screen.notice);
  const form = useRef<HTMLFormElement>(null);
  const { notice } = screen;
  const blocked = useSecondsUntil(retryAtOf(notice)) > 0;
  const missing = (value: string) => (checked && !value ? common("required") : undefined);
  const tooLong = lengthOf(email.trim()) > LONGEST_EMAIL;
  const emailFault = missing(email.trim()) ?? (tooLong ? common("tooLong", { most: LONGEST_EMAIL }) : undefined);

  useTitle(t("signIn"));
  useFaultFocus(form, [notice, checked]);

  useEffect(() => {
    if (notice?.__typename === "InvalidCredentials") secret()?.focus();
  }, [notice]);

  function secret() {
    return form.current?.querySelector<HTMLElement>('[name="password"]');
  }

  if (notice !== seen) {
    setSeen(notice);
    if (notice?.__typename === "InvalidCredentials") setPassword("");
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked) return;
    if (!email.trim() || !password || tooLong) return setChecked(true);
    flow.ask("login", { email: email.trim(), password });
  }

  return (
    <section className="card step stack">
      <div>
        <Heading>{t("signIn")}</Heading>
        {staff && <p className="quiet">{t("staff")}</p>}
      </div>
      {start.notice && !notice && <Notice>{start.notice}</Notice>}
      <Why flow={flow} screen={screen} registered={start.password ? start.email : undefined} />
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        <Field
          label={t("email")}
          value={email}
          onChange={(value) => (setEmail(value), setChecked(false))}
          fault={emailFault ?? faultOf(notice, "email")}
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          label={t("password")}
          value={password}
          onChange={(value) => (setPassword(value), setChecked(false))}
          fault={missing(password) ?? faultOf(notice, "password")}
          name="password"
          autoComplete="current-password"
        />
        <Button type="submit" look="primary" busy={flow.busy || blocked}>
          {flow.busy ? common("wait") : t("signIn")}
        </Button>
      </form>
      {!staff && <Link href="/register">{t("register")}</Link>}
    </section>
  );
}

/** Why the password is asked for, or asked for again. */
function Why({ flow, screen, registered }: { flow: Flow; screen: Shown<"password">; registered: string | undefined }) {
  const { t } = useTranslation("signIn");
  const problem = screen.notice;
  if (flow.failure) return <Trouble failure={flow.failure} busy={flow.busy} onAgain={flow.again} />;
  switch (problem?.__typename) {
    case "InvalidCredentials":
      return (
        <Notice tone="bad">
          <p>{problem.message}</p>
          {registered === screen.email && registered && <p>{t("registeredBefore", { email: registered })}</p>}
        </Notice>
      );
    case "ChallengeExpired":
      return (
        <Notice tone="warn">
          <p>{t("expired")}</p>
          {flow.call === "requestReset" && <p>{t("formKept")}</p>}
        </Notice>
      );
    case "CodeRejected":
    case "ReleaseCodeRejected":
      return (
        <Notice tone="warn">
          <p>{problem.message}</p>
          <p>{t("tooManyCodes")}</p>
        </Notice>
      );
    default:
      return <Trouble problem={problem} />;
  }
}
