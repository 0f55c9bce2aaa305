import { RecordEvidenceDocument, type EvidenceOutcome } from "@sparekey/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "../../api";
import { Button, Notice } from "../../ui";
import { Card } from "./Card";
import { Choice } from "./Choice";
import type { PartProps } from "./parts";
import { TextArea, useFault } from "./TextArea";
import { toRecord } from "./ticket";
import { useSending } from "./useWork";

const LONGEST = 1000;
const OUTCOMES = ["MATCHED", "MISMATCHED", "UNKNOWN"] as const;

/** Writes down what came of calling the customer: the one evidence that only agents bring. */
export function CallBack({ ticket, me, perform, say }: PartProps) {
  const { t } = useTranslation("ticket");
  const record = useDo(RecordEvidenceDocument);
  const [outcome, setOutcome] = useState<EvidenceOutcome | null>(null);
  const [detail, setDetail] = useState("");
  const { busy, refusal, refuse, send } = useSending({ perform, ticket });
  const faultOf = useFault(LONGEST);
  const hindrance = toRecord(ticket, me);
  if (hindrance && detail === "") return null;

  async function write() {
    if (outcome === null) return refuse({ field: "outcome", message: t("callBack.choose") });
    const fault = faultOf(detail);
    if (fault) return refuse({ field: "detail", message: fault });
    const input = { ticketId: ticket.id, kind: "CALLBACK" as const, outcome, detail };
    if (!(await send(async () => (await record({ input })).recordEvidence))) return;
    setOutcome(null);
    setDetail((now) => (now === detail ? "" : now));
    say(t("callBack.done"));
  }
  const faultAt = (field: string) => (refusal?.field === field ? refusal.message : undefined);
  return (
    <Card title={t("callBack.title")}>
      <p className="quiet">{t("callBack.lead")}</p>
      <form className="stack" noValidate onSubmit={(event) => (event.preventDefault(), void write())}>
        <Choice
          legend={t("callBack.outcome")}
          fault={faultAt("outcome")}
          type="radio"
          choices={OUTCOMES.map((one) => ({ value: one, label: t(`callBack.${one}`) }))}
          chosen={outcome ? [outcome] : []}
          onChoose={setOutcome}
        />
        <TextArea
          label={t("callBack.detail")}
          hint={t("callBack.hint")}
          fault={faultAt("detail")}
          value={detail}
          onChange={setDetail}
        />
        {refusal && !faultAt("outcome") && !faultAt("detail") && <Notice tone="bad">{refusal.message}</Notice>}
        {hindrance && <p className="hindrance">{t(`hindered.${hindrance}`)}</p>}
        <div><Button type="submit" busy={busy || hindrance !== null}>{t("callBack.send")}</Button></div>
      </form>
    </Card>
  );
}
