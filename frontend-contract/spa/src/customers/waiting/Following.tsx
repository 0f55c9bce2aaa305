import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Heading, Notice, useTitle, useTrouble } from "../../ui";
import { Cancel } from "./Cancel";
import { Due } from "./Due";
import { Meanwhile } from "./Meanwhile";
import { NoRequest } from "./NoRequest";
import { Outcome } from "./Outcome";
import { Reference } from "./Reference";
import { isDecided, useConnectionLost, useResetStatus, type ResetStatus } from "./status";
import { Timeline } from "./Timeline";

export function Following({ receipt }: { receipt: string }) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const { status, failure, learn } = useResetStatus(receipt);

  if (failure?.code === "NOT_FOUND") return <NoRequest known />;
  if (failure)
    return (
      <section className="card stack">
        <Notice tone="bad">{trouble(failure)}</Notice>
        <Button look="primary" onClick={() => location.reload()}>{t("waiting.reload")}</Button>
      </section>
    );
  if (!status) return <Loading />;
  return <Request receipt={receipt} status={status} onCancelled={learn} />;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <section className="card stack">
      <p role="status">{t("wait")}</p>
      <NotLive />
    </section>
  );
}

interface RequestProps {
  receipt: string;
  status: ResetStatus;
  onCancelled: (status: ResetStatus) => void;
}

function Request({ receipt, status, onCancelled }: RequestProps) {
  const { t } = useTranslation("customers");
  const decided = isDecided(status);
  const [cancelled, setCancelled] = useState(false);
  useTitle(t(`waiting.state.${status.state}`));
  return (
    <>
      <section className="card stack">
        <Heading key={String(cancelled)}>{t("waiting.title")}</Heading>
        <p className={`state state-${status.state.toLowerCase()}`} role="status">
          {t(`waiting.state.${status.state}`)}
        </p>
        {!decided && <NotLive />}
        {!decided && <Due dueAt={status.dueAt} />}
        <Outcome state={status.state} />
        <Timeline status={status} />
        <Reference reference={status.reference} />
      </section>
      {!decided && <Meanwhile />}
      {!decided && (
        <Cancel
          receipt={receipt}
          onCancelled={(answer) => {
            setCancelled(true);
            onCancelled(answer);
          }}
        />
      )}
    </>
  );
}

function NotLive() {
  const { t } = useTranslation("customers");
  const lost = useConnectionLost();
  return <p className="not-live quiet" role="status">{lost && t("waiting.notLive")}</p>;
}
