import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Switch, useLocation } from "wouter";
import { lazily } from "../sign-in/lazily";
import { LanguageSwitch } from "../ui";
import { Brand } from "./Brand";
import { Home } from "./Home";
import { NotFound } from "./NotFound";
import "./customers.css";

const Account = lazily(() => import("./Account"));
const MailLink = lazily(() => import("./MailLink"));
const Register = lazily(() => import("../sign-in/Register"));
const Waiting = lazily(() => import("./Waiting"));

export function Customers() {
  const [, go] = useLocation();
  const [registered, setRegistered] = useState<{ email: string; password: string }>();

  function enter(email: string, password: string) {
    setRegistered({ email, password });
    go("/", { replace: true });
  }

  return (
    <>
      <header className="top">
        <Link href="/" className="brand"><Brand /> Sparekey</Link>
        <LanguageSwitch />
      </header>
      <main className="page">
        <Suspense fallback={<Fetching />}>
          <Switch>
            <Route path="/"><Home start={registered} onStarted={() => setRegistered(undefined)} /></Route>
            <Route path="/register"><Register onRegistered={enter} /></Route>
            <Route path="/account"><Account /></Route>
            <Route path="/reset"><Waiting /></Route>
            <Route path="/confirm"><MailLink kind="confirm" /></Route>
            <Route path="/cancel"><MailLink kind="cancel" /></Route>
            <Route path="/not-me"><MailLink kind="not-me" /></Route>
            <Route><NotFound /></Route>
          </Switch>
        </Suspense>
      </main>
    </>
  );
}

function Fetching() {
  const { t } = useTranslation();
  return <p className="quiet" role="status">{t("wait")}</p>;
}
