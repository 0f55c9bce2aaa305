import { useTranslation } from "react-i18next";
import { isOver, type Problem } from "./screens";

/** How to mend what was wrong with a code, and how often it can be tried. */
export function Advice({ problem }: { problem: Problem }) {
  const { t } = useTranslation("signIn");
  const attemptsLeft = "attemptsLeft" in problem ? problem.attemptsLeft : null;
  return (
    <>
      {isOver(problem) && <p>{t("newQrCode")}</p>}
      {problem.__typename === "CodeRejected" && problem.hint === "NONE" && !isOver(problem) && <p>{t("codeWrong")}</p>}
      {attemptsLeft !== null && attemptsLeft > 0 && <p>{t("attemptsLeft", { count: attemptsLeft })}</p>}
      {problem.__typename === "CodeRejected" && problem.hint === "CLOCK_OFF" && <ClockHelp />}
    </>
  );
}

function ClockHelp() {
  const { t } = useTranslation("signIn");
  return (
    <details className="clock-help">
      <summary>{t("clockHelp")}</summary>
      <dl>
        <dt>Android</dt>
        <dd>{t("clockAndroid")}</dd>
        <dt>iPhone (iOS)</dt>
        <dd>{t("clockIos")}</dd>
      </dl>
      <p>{t("clockAfter")}</p>
    </details>
  );
}
