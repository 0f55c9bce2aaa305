import { StepUpDocument, type StepUpMutation } from "@sparekey/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../api";
import { Button, Dialog } from "../ui";
import { CodeField } from "./CodeField";
import { useOnce } from "./once";
import { retryAtOf } from "./screens";
import { Trouble } from "./Trouble";
import "./sign-in.css";

type Refused = Exclude<StepUpMutation["stepUp"], { __typename: "Session" }>;

interface Props {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Asks for a fresh code, before something that matters. */
export function StepUp({ onConfirmed, onClose }: Props) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const stepUp = useDo(StepUpDocument);
  const { run, again, busy, failure } = useOnce();
  const [problem, setProblem] = useState<Refused>();
  const over = problem?.__typename === "FactorSuspended" || problem?.__typename === "NotAllowed";

  function enter(code: string) {
    void run(async () => {
      const { stepUp: answer } = await stepUp({ input: { code } });
      if (answer.__typename === "Session") onConfirmed();
      else setProblem(answer);
    });
  }

  return (
    <Dialog title={t("stepUp")} onClose={onClose}>
      {!over && <p>{t("stepUpWhy")}</p>}
      <Trouble problem={problem} failure={failure} busy={busy} onAgain={again} />
      {problem?.__typename === "FactorSuspended" && <p>{t("resetAtSignIn")}</p>}
      {!over && (
        <CodeField
          action={t("confirm")}
          onCode={enter}
          busy={busy}
          refused={problem}
          blockedUntil={retryAtOf(problem)}
          focused
        />
      )}
      <Button onClick={onClose}>{common(over ? "close" : "cancel")}</Button>
    </Dialog>
  );
}
