import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Wait } from "../sign-in/Wait";
import { useSecondsUntil } from "../sign-in/waiting";
import { Button, Heading, Notice, useTitle, useTrouble } from "../ui";
import { useAction, type Kind, type Result } from "./links/actions";
import { Ended } from "./links/Ended";
import { useToken } from "./links/token";
import "./waiting.css";

/**
 * The page of a link from a mail. Opening it changes nothing, since programs that look into mails
 * open links, too: only the button does.
 */
export default function MailLink({ kind }: { kind: Kind }) {
  const token = useToken();
  return (
    <div className="waiting stack">
      <section className="card stack">
        {token ? <Ask key={token} kind={kind} token={token} /> : <Incomplete />}
      </section>
    </div>
  );
}

function Incomplete() {
  const { t } = useTranslation("customers");
  useTitle(t("link.incompleteTitle"));
  return (
    <>
      <Heading>{t("link.incompleteTitle")}</Heading>
      <p>{t("link.incomplete")}</p>
      <Link href="/">{t("toSignIn")}</Link>
    </>
  );
}

function Ask({ kind, token }: { kind: Kind; token: string }) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const act = useAction(kind);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const [failure, setFailure] = useState<unknown>();
  const throttled = result?.name === "throttled" ? result : undefined;
  const wait = useSecondsUntil(throttled?.retryAt);
  useTitle(t(`link.${kind}.title`));

  if (result && result.name !== "throttled") return <Ended kind={kind} result={result} />;

  async function press() {
    setBusy(true);
    setFailure(undefined);
    await act(token).then(setResult, setFailure);
    setBusy(false);
  }

  return (
    <>
      <Heading>{t(`link.${kind}.title`)}</Heading>
      <p>{t(`link.${kind}.text`)}</p>
      {failure !== undefined && <Notice tone="bad">{trouble(failure)}</Notice>}
      {throttled && <Wait message={throttled.message} until={throttled.retryAt} />}
      <div className="row">
        <Button look={kind === "confirm" ? "primary" : "danger"} busy={busy || wait > 0} onClick={() => void press()}>
          {t(`link.${kind}.button`)}
        </Button>
      </div>
      <p className="quiet">{t(`link.${kind}.otherwise`)}</p>
    </>
  );
}
