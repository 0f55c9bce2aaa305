import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Router, Switch } from "wouter";
import { Heading } from "../ui";
import { Feed } from "./feed/Feed";
import type { Viewer } from "./feed/desk";
import { Header } from "./header/Header";
import { QueuePage } from "./queue/QueuePage";

const TicketPage = lazy(() => import("./ticket/TicketPage"));
const HistoryPage = lazy(() => import("./history/HistoryPage"));

/** The desk for whoever works at it. */
export function Workplace({ viewer, onLeft }: { viewer: Viewer; onLeft: () => void }) {
  return (
    <Router base="/support">
      <Feed viewer={viewer}>
        <Header onLeft={onLeft} />
        <Suspense fallback={<Wait />}>
          <Switch>
            <Route path="/">
              <QueuePage />
            </Route>
            <Route path="/tickets/:reference">
              {({ reference }) => <TicketPage key={reference} reference={reference} />}
            </Route>
            <Route path="/history">
              <HistoryPage />
            </Route>
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </Feed>
    </Router>
  );
}

function Wait() {
  const { t } = useTranslation();
  return <main className="desk-main"><p className="quiet" role="status">{t("wait")}</p></main>;
}

function Nowhere() {
  const { t } = useTranslation("desk");
  return (
    <main className="desk-main stack">
      <Heading>{t("nowhere.title")}</Heading>
      <p><Link href="">{t("nowhere.queue")}</Link></p>
    </main>
  );
}
