import { RegisterDocument, type RegisterMutation } from "@sparekey/client";
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useDo } from "../api";
import { Button, Field, Heading, PasswordField, useTitle } from "../ui";
import { useFaultFocus } from "./faults";
import { useOnce } from "./once";
import { faultOf, retryAtOf } from "./screens";
import { Trouble } from "./Trouble";
import { lengthOf } from "./typed";
import { useSecondsUntil } from "./waiting";
import "./sign-in.css";

type Refused = Exclude<RegisterMutation["register"], { __typename: "Registered" }>;
const BLANK = { email: "", password: "", serialNumber: "", name: "" };
const MOST = { email: 254, password: Infinity, serialNumber: 64, name: 100 };
type Name = keyof typeof BLANK;
const NAMES = Object.keys(BLANK) as Name[];

interface Props {
  /** With what was typed, so that the first sign-in needs no typing. */
  onRegistered: (email: string, password: string) => void;
}

/** The first unit, and with it the account. */
export default function Register({ onRegistered }: Props) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const register = useDo(RegisterDocument);
  const { run, again, busy, failure } = useOnce();
  const [typed, setTyped] = useState(BLANK);
  const [sent, setSent] = useState(BLANK);
  const [problem, setProblem] = useState<Refused>();
  const [checked, setChecked] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const blocked = useSecondsUntil(retryAtOf(problem)) > 0;
  useTitle(t("register"));
  useFaultFocus(form, [problem, checked]);

  function fault(name: Name) {
    if (checked && !typed[name].trim()) return common("required");
    if (lengthOf(typed[name].trim()) > MOST[name]) return common("tooLong", { most: MOST[name] });
    return sent[name] === typed[name] ? faultOf(problem, name) : undefined;
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked || busy) return;
    const fits = NAMES.every((name) => typed[name].trim() && lengthOf(typed[name].trim()) <= MOST[name]);
    setChecked(fits ? 0 : checked + 1);
    if (fits) send();
  }

  function send() {
    const email = typed.email.trim();
    const { password } = typed;
    const device = { serialNumber: typed.serialNumber.trim(), name: typed.name.trim() };
    setSent(typed);
    void run(async () => {
      const { register: answer } = await register({ input: { email, password, device } });
      if (answer.__typename === "Registered") onRegistered(answer.email, password);
      else setProblem(answer);
    });
  }

  const field = (name: Name) => ({
    name,
    label: t(name === "name" ? "unitName" : name),
    value: typed[name],
    onChange: (value: string) => setTyped({ ...typed, [name]: value }),
    fault: fault(name),
  });

  return (
    <section className="card step stack">
      <Heading>{t("register")}</Heading>
      <p>{t("registerWhat")}</p>
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        <Field {...field("email")} type="email" autoComplete="username" autoCapitalize="none" spellCheck={false} />
        <PasswordField {...field("password")} hint={t("passwordHint")} autoComplete="new-password" />
        <Field
          {...field("serialNumber")}
          hint={t("serialNumberHint")}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <Field {...field("name")} hint={t("unitNameHint")} autoComplete="off" />
        <Trouble problem={problem} failure={failure} busy={busy} onAgain={again} />
        <Button type="submit" look="primary" busy={busy || blocked}>
          {busy ? common("wait") : t("registerNow")}
        </Button>
      </form>
      <Link href="/">{t("hasAccount")}</Link>
    </section>
  );
}
