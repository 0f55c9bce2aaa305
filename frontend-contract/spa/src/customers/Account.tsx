import { Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import { sparekey } from "../api";
import { Enroll } from "../sign-in";
import { Notice, useTrouble } from "../ui";
import { Overview } from "./account/Overview";
import { useViewer, type Viewer } from "./account/viewer";
import "./account.css";

/** What an account's owner sees and can change. */
export default function Account() {
  const { t } = useTranslation();
  const { t: customers } = useTranslation("customers");
  const trouble = useTrouble();
  const { viewer, failure, again, gone } = useViewer();
  const [, navigate] = useLocation();

  const inside = useRef(false);

  useEffect(() => {
    if (viewer) inside.current = true;
    if (viewer !== null) return;
    sparekey.restart();
    navigate("/", { replace: true, state: { ended: inside.current } });
  }, [viewer, navigate]);

  function signedOut() {
    inside.current = false;
    gone();
  }

  return (
    <div className="account stack">
      {failure !== undefined && <Notice tone="warn">{viewer ? customers("account.notLive") : trouble(failure)}</Notice>}
      {viewer ? (
        <Parts key={viewer.id} viewer={viewer} onChanged={again} onSignedOut={signedOut} />
      ) : (
        failure === undefined && <p role="status">{t("wait")}</p>
      )}
    </div>
  );
}

const SETTING_UP = "authenticator";

interface Props {
  viewer: Viewer;
  onChanged: () => void;
  onSignedOut: () => void;
}

/** The account; in its place, while the app is being set up, that alone. */
function Parts({ viewer, onChanged, onSignedOut }: Props) {
  const [path, navigate] = useLocation();
  const settingUp = useSearch() === SETTING_UP;
  const [enrolled, setEnrolled] = useState(false);
  const close = () => navigate(path, { replace: true });

  function done() {
    setEnrolled(true);
    onChanged();
    close();
  }

  if (settingUp)
    return (
      <Suspense>
        <Enroll onEnrolled={done} onClose={close} />
      </Suspense>
    );
  return (
    <Overview
      viewer={viewer}
      enrolled={enrolled}
      onSetUp={() => {
        setEnrolled(false);
        navigate(`${path}?${SETTING_UP}`);
      }}
      onChanged={onChanged}
      onSignedOut={onSignedOut}
    />
  );
}
