import { useTranslation } from "react-i18next";
import { Button, Heading, useTitle } from "../ui";
import { CodeField } from "./CodeField";
import { kept, type Flow } from "./flow";
import { retryAtOf, type Shown } from "./screens";
import { Trouble } from "./Trouble";

/** The six digits of a phone that is at hand, or the way on without it. */
export function Code({ flow, screen }: { flow: Flow; screen: Shown<"code"> }) {
  const { t } = useTranslation("signIn");
  const { t: common } = useTranslation();
  const { challenge, problem, suspended } = screen;
  useTitle(t("enterCode"));

  return (
    <section className="card step stack">
      <Heading>{t("enterCode")}</Heading>
      {!suspended && <p>{t("openApp")}</p>}
      <Trouble problem={problem} failure={flow.failure} busy={flow.busy} onAgain={flow.again} />
      {suspended ? (
        <p>{t("onlyReset")}</p>
      ) : (
        <CodeField
          action={t("signIn")}
          onCode={(code) => flow.ask("verifyCode", { challenge: challenge.token, code })}
          busy={flow.busy}
          refused={problem}
          blockedUntil={retryAtOf(problem)}
          focused
        />
      )}
      <PhoneGone flow={flow} screen={screen} />
      <Button look="plain" onClick={flow.leave}>{common("back")}</Button>
    </section>
  );
}

function PhoneGone({ flow, screen }: { flow: Flow; screen: Shown<"code"> }) {
  const { t } = useTranslation("signIn");
  const { challenge, suspended } = screen;
  if (flow.granted)
    return (
      <Button onClick={() => flow.show({ ...kept(screen), name: "releaseCode", challenge })}>{t("useReleaseCode")}</Button>
    );
  return (
    <div className="stack aside">
      {!suspended && <p className="quiet">{t("phoneGone")}</p>}
      <Button
        look={suspended ? "primary" : "normal"}
        onClick={() => flow.show({ ...kept(screen), name: "reset", challenge })}
      >
        {t("reset")}
      </Button>
    </div>
  );
}
