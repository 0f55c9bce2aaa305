import { useTranslation } from "react-i18next";
import { moment } from "../../i18n/when";
import { isDecided, type ResetStatus } from "./status";

/** Received, being checked, decided: what is behind, what is now, what is to come. */
export function Timeline({ status }: { status: ResetStatus }) {
  const { t } = useTranslation("customers");
  const { state, submittedAt, decidedAt } = status;
  const decided = isDecided(status);
  const checked = state !== "WAITING" && state !== "CANCELLED";
  return (
    <ol className="timeline" aria-label={t("waiting.timeline")}>
      <Step name={t("waiting.received")} detail={moment(submittedAt)} reached current={state === "WAITING"} />
      {state !== "CANCELLED" && (
        <Step
          name={t("waiting.checked")}
          detail={t(decided ? "waiting.checkedDone" : checked ? "waiting.checkedNow" : "waiting.checkedLater")}
          reached={checked}
          current={state === "CLAIMED"}
        />
      )}
      <Step
        name={t(state === "CANCELLED" ? "waiting.cancelled" : "waiting.decided")}
        detail={decidedAt ? moment(decidedAt) : !decided && t("waiting.decidedLater")}
        reached={decided}
        current={decided}
      />
    </ol>
  );
}

interface StepProps {
  name: string;
  detail: string | false;
  reached: boolean;
  current: boolean;
}

function Step({ name, detail, reached, current }: StepProps) {
  return (
    <li className={reached ? "reached" : undefined} aria-current={current ? "step" : undefined}>
      <strong>{name}</strong>
      {detail && <span className="quiet">{detail}</span>}
    </li>
  );
}
