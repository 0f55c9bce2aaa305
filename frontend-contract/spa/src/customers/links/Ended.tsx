import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { deadline } from "../../i18n/when";
import { Heading, Notice, useTitle } from "../../ui";
import { useReceipt } from "../receipt";
import { isDecided, type ResetStatus } from "../waiting/status";
import type { Kind, Result } from "./actions";

type Final = Exclude<Result, { name: "throttled" }>;

/** What came of pressing the button. The link has done its work, so there is no button any more. */
export function Ended({ kind, result }: { kind: Kind; result: Final }) {
  const { t } = useTranslation("customers");
  const done = result.name === "done";
  const title = t(done ? `link.${kind}.doneTitle` : "link.deadTitle");
  useTitle(title);
  return (
    <>
      <Heading>{title}</Heading>
      <Notice tone={done ? "good" : "warn"}>
        {done ? t(`link.${kind}.done`) : result.name === "refused" ? result.message : t("link.dead")}
      </Notice>
      {done && result.status && <Request status={result.status} />}
      {done && kind === "cancel" && <p>{t("link.cancel.advice")}</p>}
      <Onward />
    </>
  );
}

function Request({ status }: { status: ResetStatus }) {
  const { t } = useTranslation("customers");
  return (
    <dl className="reference">
      <dt>{t("waiting.reference")}</dt>
      <dd className="code">{status.reference}</dd>
      <dd>{t(`waiting.state.${status.state}`)}</dd>
      {!isDecided(status) && <dd className="quiet">{t("waiting.due", { due: deadline(status.dueAt) })}</dd>}
    </dl>
  );
}

function Onward() {
  const { t } = useTranslation("customers");
  const receipt = useReceipt();
  return (
    <div className="row">
      {receipt && <Link className="button" href="/reset">{t("link.follow")}</Link>}
      <Link className="button" href="/">{t("toSignIn")}</Link>
    </div>
  );
}
