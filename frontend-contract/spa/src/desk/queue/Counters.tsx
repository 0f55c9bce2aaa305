import { useTranslation } from "react-i18next";
import { useNow } from "../../ui";
import { useDesk } from "../feed/desk";
import { span } from "../parts/span";

/** The queue in numbers, live. */
export function Counters() {
  const { t } = useTranslation("desk");
  const { status } = useDesk();
  const now = useNow(10_000);
  const oldest = status?.oldestSubmittedAt;
  const median = status?.medianSecondsToDecision;
  return (
    <section aria-label={t("counters.name")}>
      <dl className="queue-figures">
        <Counter name={t("counters.waiting")} value={status?.waiting} />
        <Counter name={t("counters.claimed")} value={status?.claimed} />
        <Counter name={t("counters.overdue")} value={status?.overdue} look={status?.overdue ? "late" : ""} />
        <Counter name={t("counters.median")} value={status && (median == null ? "–" : span(Math.round(median / 60)))} />
        <Counter
          name={t("counters.oldest")}
          value={status && (oldest ? span(Math.max(0, Math.floor((now - Date.parse(oldest)) / 60_000))) : "–")}
        />
      </dl>
    </section>
  );
}

interface Props {
  name: string;
  /** Nothing until it is known. */
  value: string | number | null | undefined;
  look?: string;
}

function Counter({ name, value, look = "" }: Props) {
  return (
    <div className={`queue-figure ${look}`}>
      <dt>{name}</dt>
      <dd>{value ?? "…"}</dd>
    </div>
  );
}
