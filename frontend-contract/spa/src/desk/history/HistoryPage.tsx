import { QueueHistoryDocument } from "@sparekey/client";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "../../api";
import { Button, Heading, Notice, useTrouble } from "../../ui";
import { useDesk, usePageTitle } from "../feed";
import { Chart } from "./Chart";
import { decided, sum, type Day } from "./days";
import "./history.css";
import { Period } from "./Period";
import { Table } from "./Table";
import { took } from "./words";

/** What came in and what was decided, day by day. */
export default function HistoryPage() {
  const { t } = useTranslation("ticket");
  const { t: common } = useTranslation();
  const trouble = useTrouble();
  const [period, setPeriod] = useState(30);
  const { days, failure, again } = useHistory(period);
  usePageTitle(t("days.title"));
  return (
    <main className="desk-main history stack">
      <div className="history-head">
        <Heading>{t("days.title")}</Heading>
        <Period days={period} onChange={setPeriod} />
      </div>
      <Median />
      {failure && (
        <Notice tone="warn">
          <div className="row">
            <span>{trouble(failure)}</span>
            <Button onClick={again}>{t("again")}</Button>
          </div>
        </Notice>
      )}
      {days ? <Figures days={days} /> : !failure && <p role="status" className="quiet">{common("wait")}</p>}
    </main>
  );
}

function Median() {
  const { t } = useTranslation("ticket");
  const { status } = useDesk();
  const median = status?.medianSecondsToDecision ?? null;
  return (
    <dl className="figure-card">
      <dt>{t("days.median")}</dt>
      <dd>{status && median === null ? t("days.noMedian") : took(median)}</dd>
    </dl>
  );
}

function Figures({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation("ticket");
  const total = sum(days);
  if (total.submitted + decided(total) === 0) return <p className="card quiet">{t("days.none")}</p>;
  return (
    <>
      <Chart days={days} />
      <Table days={days} />
    </>
  );
}

/** The days, asked for again as the desk's counters move. */
function useHistory(period: number) {
  const { status } = useDesk();
  const { data, failure, busy, again } = useAsk(QueueHistoryDocument, { days: period });
  const [days, setDays] = useState<readonly Day[]>();
  useEffect(() => {
    if (data) setDays(data.queueHistory);
  }, [data]);

  const reflected = useRef(status);
  useEffect(() => {
    const before = reflected.current;
    if (busy || before === status) return;
    reflected.current = status;
    if (before) again();
  }, [busy, status, again]);
  return { days, failure, again };
}
