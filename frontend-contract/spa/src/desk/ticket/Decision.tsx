import type { EvidenceKind } from "@sparekey/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui";
import { Card } from "./Card";
import { Checked } from "./Checked";
import { DecisionButtons } from "./DecisionButtons";
import { Outcome } from "./Outcome";
import type { PartProps } from "./parts";
import { TextArea } from "./TextArea";
import { isForOthers, isOpen, matched, toDecide } from "./ticket";
import { useDecision } from "./useDecision";

/** Approves or rejects. What was typed stays, even where a colleague was faster. */
export function Decision({ onDecided, ...parts }: PartProps & { onDecided: () => void }) {
  const { t } = useTranslation("ticket");
  const { ticket, me } = parts;
  const [ticked, setTicked] = useState<EvidenceKind[]>([]);
  const [note, setNote] = useState("");
  const decision = useDecision(parts, () => (setNote(""), onDecided()));

  const open = isOpen(ticket);
  const hindrance = toDecide(ticket, me);
  const deciding = open && !isForOthers(hindrance);
  const checked = matched(ticket.evidence).filter((kind) => ticked.includes(kind));
  const { refusal } = decision;
  const faultAt = (field: string) => (refusal?.field === field ? refusal.message : undefined);
  return (
    <Card title={t("decision.title")}>
      {!open && <Outcome ticket={ticket} />}
      {open && !deciding && <p className="hindrance">{t(`hindered.${hindrance ?? "closed"}`)}</p>}
      {!deciding && note && <p className="hindrance">{t("decision.unsent")}</p>}
      {deciding && (
        <Checked evidence={ticket.evidence} checked={checked} fault={faultAt("checked")} onChange={setTicked} />
      )}
      {(deciding || note) && (
        <TextArea
          key="note"
          label={t("decision.note")}
          hint={t("decision.hint")}
          fault={faultAt("note") ?? faultAt("text")}
          value={note}
          onChange={setNote}
        />
      )}
      {refusal && !refusal.field && <Notice tone="bad">{refusal.message}</Notice>}
      <DecisionButtons decision={decision} open={deciding} hindrance={hindrance} checked={checked} note={note} />
    </Card>
  );
}
