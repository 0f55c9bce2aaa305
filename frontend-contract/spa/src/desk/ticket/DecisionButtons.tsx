import type { EvidenceKind } from "@sparekey/client";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui";
import type { Hindrance } from "./ticket";
import type { useDecision } from "./useDecision";

interface Props {
  decision: ReturnType<typeof useDecision>;
  open: boolean;
  hindrance: Hindrance | null;
  checked: EvidenceKind[];
  note: string;
}

/** Where it cannot be decided now, it says why. A text that came too late can still become a note. */
export function DecisionButtons({ decision: { approve, reject, keep, busy }, open, hindrance, checked, note }: Props) {
  const { t } = useTranslation("ticket");
  const why = useId();
  if (!open && note === "") return null;
  if (!open) return <div><Button busy={busy} onClick={() => void keep(note)}>{t("decision.keep")}</Button></div>;

  const blocked = busy || hindrance !== null;
  return (
    <>
      {hindrance && <p className="hindrance" id={why}>{t(`hindered.${hindrance}`)}</p>}
      <div className="row">
        <Button look="primary" busy={blocked} aria-describedby={why} onClick={() => void approve(checked, note)}>
          {t("decision.approve")}
        </Button>
        <Button look="danger" busy={blocked} aria-describedby={hindrance ? why : undefined} onClick={() => void reject(note)}>
          {t("decision.reject")}
        </Button>
      </div>
      {!hindrance && <p className="quiet small" id={why}>{t("decision.approveHint")}</p>}
    </>
  );
}
