import { useTranslation } from "react-i18next";
import { Button, Heading, useTitle } from "../ui";
import { CodePicture, InstallPicture, ScanPicture } from "./pictures";
import { retryAtOf, type Problem } from "./screens";
import { Stores } from "./Stores";
import { Trouble } from "./Trouble";
import { useSecondsUntil } from "./waiting";

interface Props {
  onNext: () => void;
  onBack: () => void;
  busy: boolean;
  failure: unknown;
  problem: Problem | undefined;
  onAgain: () => void;
}

/** What to get on the phone first, and what comes then. */
export function Install({ onNext, onBack, busy, failure, problem, onAgain }: Props) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const blocked = useSecondsUntil(retryAtOf(problem)) > 0;
  useTitle(t("install"));

  return (
    <section className="card step wide stack">
      <Heading>{t("install")}</Heading>
      <p>{t("installWhy")}</p>
      <ol className="pictures">
        <li><InstallPicture />{t("pictureInstall")}</li>
        <li><ScanPicture />{t("pictureScan")}</li>
        <li><CodePicture />{t("pictureCode")}</li>
      </ol>
      <Stores />
      <p className="quiet">{t("installed")}</p>
      <Trouble problem={problem} failure={failure} busy={busy} onAgain={onAgain} />
      <div className="row">
        <Button look="primary" busy={busy || blocked} onClick={onNext}>{busy ? common("wait") : t("toQrCode")}</Button>
        <Button look="plain" onClick={onBack}>{common("back")}</Button>
      </div>
    </section>
  );
}
