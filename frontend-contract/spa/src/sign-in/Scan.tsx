import { useTranslation } from "react-i18next";
import { Button, Heading, useTitle } from "../ui";
import { CodeField } from "./CodeField";
import { ManualKey } from "./ManualKey";
import { retryAtOf, type Problem, type Shown } from "./screens";
import { Trouble } from "./Trouble";

interface Props {
  enrollment: Shown<"enroll">["enrollment"];
  onCode: (code: string) => void;
  onBack: () => void;
  busy: boolean;
  failure: unknown;
  problem: Problem | undefined;
  onAgain: () => void;
}

/** The QR code, two other ways to get its key into the app, and the first code of it. */
export function Scan({ enrollment, onCode, onBack, busy, failure, problem, onAgain }: Props) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  useTitle(t("scan"));

  return (
    <section className="card step wide stack">
      <Heading>{t("scan")}</Heading>
      <div className="scan">
        <div className="stack">
          <p>{t("scanHow")}</p>
          <img className="qr" src={enrollment.qrCode} alt={t("qrCode")} width="240" height="240" />
          <p className="quiet">{t("otherScreen")}</p>
          <div className="on-phone stack">
            <p>{t("onPhone")}</p>
            <a className="button" href={enrollment.otpauthUri}>{t("openInApp")}</a>
          </div>
        </div>
        <div className="stack">
          <h2>{t("firstCode")}</h2>
          <p>{t("firstCodeHow", { issuer: enrollment.issuer })}</p>
          <Trouble problem={problem} failure={failure} busy={busy} onAgain={onAgain} />
          <CodeField
            action={t("confirm")}
            onCode={onCode}
            busy={busy}
            refused={problem}
            blockedUntil={retryAtOf(problem)}
          />
          <ManualKey manualKey={enrollment.manualKey} />
        </div>
      </div>
      <Button look="plain" onClick={onBack}>{common("back")}</Button>
    </section>
  );
}
