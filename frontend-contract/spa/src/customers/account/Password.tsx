import { ChangePasswordDocument } from "@sparekey/client";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { useFaultFocus } from "../../sign-in/faults";
import { Wait } from "../../sign-in/Wait";
import { useSecondsUntil } from "../../sign-in/waiting";
import { Button, Notice, PasswordField, useTrouble } from "../../ui";
import { useFaults, type Faults } from "./faults";
import { useFreshCode } from "./fresh";

const LONGEST = { currentPassword: 1024, newPassword: 1024 };

interface Props {
  email: string;
  onChanged: () => void;
}

/** Another password in place of the one in use. */
export function Password({ email, onChanged }: Props) {
  const { t } = useTranslation("customers");
  const [currentPassword, setCurrentPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const [round, setRound] = useState(0);
  const { change, busy, faults, problem, retryAt, done, dialog } = useChanging(() => {
    setCurrentPassword("");
    setNewPassword("");
    setRound(round + 1); // hides what was shown
    heading.current?.focus();
    onChanged();
  });
  const wait = useSecondsUntil(retryAt);
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFaultFocus(form, [faults]);

  return (
    <section className="card stack" aria-labelledby="password">
      <h2 id="password" ref={heading} tabIndex={-1}>{t("password.title")}</h2>
      <form
        ref={form}
        className="stack"
        noValidate
        aria-labelledby="password"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && wait === 0) void change({ currentPassword, newPassword });
        }}
      >
        {/* For password managers, which keep passwords by their account. */}
        <input name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          key={`current-${round}`}
          label={t("password.current")}
          fault={faults["currentPassword"]}
          value={currentPassword}
          onChange={setCurrentPassword}
          autoComplete="current-password"
        />
        <PasswordField
          key={`new-${round}`}
          label={t("password.new")}
          hint={t("password.rules")}
          fault={faults["newPassword"]}
          value={newPassword}
          onChange={setNewPassword}
          autoComplete="new-password"
        />
        <p className="quiet">{t("password.effect")}</p>
        {problem && !retryAt && <Notice tone="bad">{problem}</Notice>}
        {problem && retryAt && <Wait message={problem} until={retryAt} />}
        {done && <Notice tone="good">{t("password.done")}</Notice>}
        <div className="row">
          <Button type="submit" look="primary" busy={busy || wait > 0}>{t("password.save")}</Button>
        </div>
      </form>
      {dialog}
    </section>
  );
}

interface Outcome {
  faults: Faults;
  problem?: string;
  retryAt?: string;
  done?: boolean;
}

function useChanging(onDone: () => void) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const faultsOf = useFaults(LONGEST);
  const changePassword = useDo(ChangePasswordDocument);
  const fresh = useFreshCode();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>({ faults: {} });

  async function change(input: { currentPassword: string; newPassword: string }) {
    const known = faultsOf(input);
    setOutcome({ faults: known });
    if (Object.keys(known).length > 0) return;
    setBusy(true);
    setOutcome(await outcomeOf(input).catch((failure) => ({ faults: {}, problem: trouble(failure) })));
    setBusy(false);
  }

  async function outcomeOf(input: { currentPassword: string; newPassword: string }): Promise<Outcome> {
    const { changePassword: answer } = await changePassword({ input });
    switch (answer.__typename) {
      case "Account":
        onDone();
        return { faults: {}, done: true };
      case "InvalidCredentials":
        return { faults: { currentPassword: t("password.wrong") } };
      case "InvalidInput":
        return { faults: { [answer.field]: answer.message } };
      case "StepUpRequired":
        fresh.ask(() => void change(input));
        return { faults: {} };
      case "Throttled":
        return { faults: {}, problem: answer.message, retryAt: answer.retryAt };
      default:
        return { faults: {}, problem: answer.message };
    }
  }

  return { change, busy, ...outcome, dialog: fresh.dialog };
}
