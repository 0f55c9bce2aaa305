import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Button, Notice } from "../../ui";
import { forgetReceipt } from "../receipt";
import type { ResetStatus } from "./status";

const TONES = { APPROVED: "good", REJECTED: "warn", CANCELLED: "plain" } as const;

/** What a decision means, and what comes next. */
export function Outcome({ state }: { state: ResetStatus["state"] }) {
  const { t } = useTranslation("customers");
  const [, navigate] = useLocation();
  if (state === "WAITING" || state === "CLAIMED") return null;

  function moveOn() {
    forgetReceipt();
    navigate("/");
  }

  return (
    <div className="outcome stack">
      <Notice tone={TONES[state]}>
        <div className="stack">
          <p>{t(`waiting.outcome.${state}`)}</p>
          <p>{t(`waiting.next.${state}`)}</p>
        </div>
      </Notice>
      {state === "APPROVED" && (
        <ol className="points">
          <li>{t("waiting.release.mail")}</li>
          <li>{t("waiting.release.signIn")}</li>
          <li>{t("waiting.release.enroll")}</li>
        </ol>
      )}
      <div className="row">
        <Button look="primary" onClick={moveOn}>{t(`waiting.moveOn.${state}`)}</Button>
      </div>
    </div>
  );
}
