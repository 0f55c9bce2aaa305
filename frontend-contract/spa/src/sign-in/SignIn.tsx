import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { sparekey } from "../api";
import { Code } from "./Code";
import { useFlow, type Flow } from "./flow";
import { lazily } from "./lazily";
import { Password } from "./Password";
import { keepReceipt } from "./receipt";
import { Requested } from "./Requested";
import type { Account } from "./screens";
import "./sign-in.css";

export type { Account };

const releaseCode = () => import("./ReleaseCode");
const resetForm = () => import("./ResetForm");
const setUp = () => import("./SetUp");
const ReleaseCode = lazily(releaseCode);
const ResetForm = lazily(resetForm);
const SetUp = lazily(setUp);

interface Props {
  onSignedIn: (account: Account) => void;
  /** A reset was asked for; its receipt is kept already. Where nothing is given, says so itself. */
  onRequested?: (receipt: string) => void;
  /** What is known already. With a password it signs in at once. */
  start?: { email?: string; password?: string; notice?: string };
  /** At the support desk: nobody registers there. */
  staff?: boolean;
}

/** The whole way in: password, the app, its code; and the form for whoever lost the phone. */
export function SignIn({ onSignedIn, onRequested, start = {}, staff = false }: Props) {
  const flow = useFlow(start.email);
  const { screen } = flow;
  const started = useRef(false);
  const begun = screen.name !== "password";

  useEffect(() => {
    if (started.current || !start.email || !start.password) return;
    started.current = true;
    flow.ask("login", { email: start.email, password: start.password });
  });

  // Fetched while the network is there: it may be gone when they are needed.
  useEffect(() => {
    if (begun) for (const load of [releaseCode, resetForm, setUp]) void load().catch(() => undefined);
  }, [begun]);

  useEffect(() => {
    if (screen.name !== "signedIn") return;
    sparekey.restart();
    onSignedIn(screen.account);
  }, [screen]);

  useEffect(() => {
    if (screen.name !== "waiting") return;
    void keepReceipt(screen.receipt, screen.ticket.reference).then(() => onRequested?.(screen.receipt));
  }, [screen]);

  return (
    <Suspense fallback={<Wait />}>
      <Step flow={flow} start={start} staff={staff} stays={!onRequested} />
    </Suspense>
  );
}

interface StepProps {
  flow: Flow;
  start: { email?: string; password?: string; notice?: string };
  staff: boolean;
  stays: boolean;
}

function Step({ flow, start, staff, stays }: StepProps) {
  const { screen } = flow;
  switch (screen.name) {
    case "password":
      return <Password flow={flow} screen={screen} start={start} staff={staff} />;
    case "install":
    case "enroll":
      return <SetUp flow={flow} screen={screen} />;
    case "releaseCode":
      return <ReleaseCode flow={flow} screen={screen} />;
    case "code":
      return <Code flow={flow} screen={screen} />;
    case "reset":
      return <ResetForm flow={flow} screen={screen} />;
    case "waiting":
      return stays ? <Requested ticket={screen.ticket} /> : <Wait />;
    case "signedIn":
      return <Wait />;
  }
}

function Wait() {
  const { t } = useTranslation();
  return <p className="quiet" role="status">{t("wait")}</p>;
}
