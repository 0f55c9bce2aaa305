import type { EvidenceKind } from "@sparekey/client";
import { useTranslation } from "react-i18next";
import { Choice } from "./Choice";
import { matched, suffices, type Evidence } from "./ticket";

interface Props {
  evidence: readonly Evidence[];
  checked: readonly EvidenceKind[];
  fault: string | undefined;
  onChange: (checked: EvidenceKind[]) => void;
}

/** What an approval rests on: only what is matched can be ticked. */
export function Checked({ evidence, checked, fault, onChange }: Props) {
  const { t } = useTranslation("ticket");
  const possible = matched(evidence);
  const toggle = (kind: EvidenceKind) =>
    onChange(checked.includes(kind) ? checked.filter((one) => one !== kind) : [...checked, kind]);
  return (
    <Choice
      legend={t("decision.checked")}
      hint={t(suffices(possible) ? "decision.needed" : "decision.lacking")}
      fault={fault}
      type="checkbox"
      choices={possible.map((kind) => ({ value: kind, label: t(`kind.${kind}`, { defaultValue: kind }) }))}
      chosen={checked}
      onChoose={toggle}
    />
  );
}
