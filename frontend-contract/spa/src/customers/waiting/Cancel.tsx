import { CancelResetDocument } from "@sparekey/client";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { Button, Dialog, Notice, useTrouble } from "../../ui";
import type { ResetStatus } from "./status";

interface Props {
  receipt: string;
  onCancelled: (status: ResetStatus) => void;
}

/** Takes the request back, after asking whether that is meant. */
export function Cancel({ receipt, onCancelled }: Props) {
  const { t } = useTranslation("customers");
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (refused) heading.current?.focus();
  }, [refused]);

  return (
    <section className="card stack" aria-labelledby="cancel">
      <h2 id="cancel" ref={heading} tabIndex={-1}>{t("cancel.title")}</h2>
      <p>{t("cancel.text")}</p>
      {refused ? (
        <Notice tone="warn">{refused}</Notice>
      ) : (
        <div className="row">
          <Button onClick={() => setAsking(true)}>{t("cancel.button")}</Button>
        </div>
      )}
      {asking && (
        <Question
          receipt={receipt}
          onCancelled={onCancelled}
          onRefused={(message) => {
            setRefused(message);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

interface QuestionProps extends Props {
  onRefused: (message: string) => void;
  onClose: () => void;
}

function Question({ receipt, onCancelled, onRefused, onClose }: QuestionProps) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const cancel = useDo(CancelResetDocument);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  async function act() {
    setBusy(true);
    setFailure(undefined);
    try {
      const { cancelReset } = await cancel({ input: { receipt } });
      if (cancelReset.__typename === "ResetStatus") onCancelled(cancelReset);
      else if (cancelReset.__typename === "ChallengeExpired") onRefused(t("cancel.expired"));
      else onRefused(cancelReset.message);
    } catch (fault) {
      setFailure(fault);
      setBusy(false);
    }
  }

  return (
    <Dialog title={t("cancel.question")} onClose={onClose}>
      <p>{t("cancel.consequence")}</p>
      {failure !== undefined && <Notice tone="bad">{trouble(failure)}</Notice>}
      <div className="row">
        <Button onClick={onClose}>{t("cancel.no")}</Button>
        <Button look="danger" busy={busy} onClick={() => void act()}>{t("cancel.yes")}</Button>
      </div>
    </Dialog>
  );
}
