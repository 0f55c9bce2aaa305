import { useTranslation } from "react-i18next";
import { ago, moment } from "../../i18n/when";
import { Button, Notice } from "../../ui";
import type { Viewer } from "./viewer";

interface Props {
  factor: Viewer["secondFactor"];
  enrolled: boolean;
  onSetUp: () => void;
}

/** The authenticator app of the account: to be set up, or to be moved to a new phone. */
export function SecondFactor({ factor, enrolled, onSetUp }: Props) {
  const { t } = useTranslation("customers");
  return (
    <section className={`card stack ${factor ? "" : "proposal"}`} aria-labelledby="factor">
      <h2 id="factor">{t(factor ? "factor.title" : "factor.missing")}</h2>
      {enrolled && <Notice tone="good">{t("factor.done")}</Notice>}
      {factor ? <Facts factor={factor} /> : <p>{t("factor.missingWhy")}</p>}
      {factor && <p className="quiet">{t("factor.moveWhy")}</p>}
      <div className="row">
        <Button look={factor ? "normal" : "primary"} onClick={onSetUp}>
          {t(factor ? "factor.move" : "factor.setUp")}
        </Button>
      </div>
    </section>
  );
}

function Facts({ factor }: { factor: NonNullable<Viewer["secondFactor"]> }) {
  const { t } = useTranslation("customers");
  return (
    <dl className="facts">
      <dt>{t("factor.since")}</dt>
      <dd>{moment(factor.enrolledAt)}</dd>
      <dt>{t("factor.used")}</dt>
      <dd>{factor.lastUsedAt ? ago(factor.lastUsedAt) : t("factor.neverUsed")}</dd>
    </dl>
  );
}
