import { ViewerDocument } from "@sparekey/client";
import { useTranslation } from "react-i18next";
import { Redirect, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { useAsk } from "../api";
import { SignIn } from "../sign-in";
import { Button, Heading, Notice, useTrouble } from "../ui";
import { Pending } from "./Pending";

interface Props {
  /** Who has just registered: signs in at once. */
  start: { email: string; password: string } | undefined;
  onStarted: () => void;
}

/** The way in, or on to the account for whoever is signed in. */
export function Home({ start, onStarted }: Props) {
  const { t } = useTranslation();
  const { t: signIn } = useTranslation("signIn");
  const [, go] = useLocation();
  const told = useTrouble();
  const ended = useHistoryState<{ ended?: boolean } | null>()?.ended;
  const { data, failure, busy, again } = useAsk(ViewerDocument, {}, { pause: !!start });

  function enter(path: string) {
    onStarted();
    go(path, { replace: true });
  }

  if (failure)
    return (
      <div className="card step stack">
        <Heading>{signIn("signIn")}</Heading>
        <Notice tone="bad">{told(failure)}</Notice>
        <Button busy={busy} onClick={again}>{signIn("again")}</Button>
      </div>
    );
  if (!data && !start) return <p className="quiet" role="status">{t("wait")}</p>;
  if (data?.viewer) return <Redirect to="/account" replace />;
  return (
    <>
      <SignIn
        start={{ ...start, ...(ended && { notice: signIn("ended") }) }}
        onSignedIn={() => enter("/account")}
        onRequested={() => enter("/reset")}
      />
      <Pending />
    </>
  );
}
