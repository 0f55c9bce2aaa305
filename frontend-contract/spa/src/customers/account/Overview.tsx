import { useTranslation } from "react-i18next";
import { Heading, useTitle } from "../../ui";
import { Password } from "./Password";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import { SignOut } from "./SignOut";
import { Units } from "./Units";
import type { Viewer } from "./viewer";

interface Props {
  viewer: Viewer;
  /** Whether the app was set up a moment ago. */
  enrolled: boolean;
  onSetUp: () => void;
  onChanged: () => void;
  onSignedOut: () => void;
}

export function Overview({ viewer, enrolled, onSetUp, onChanged, onSignedOut }: Props) {
  const { t } = useTranslation("customers");
  useTitle(t("account.title"));
  return (
    <>
      <Head viewer={viewer} onSignedOut={onSignedOut} />
      <SecondFactor factor={viewer.secondFactor} enrolled={enrolled} onSetUp={onSetUp} />
      <Units units={viewer.devices} onChanged={onChanged} />
      <Sessions sessions={viewer.sessions} onChanged={onChanged} />
      <Password email={viewer.email} onChanged={onChanged} />
    </>
  );
}

function Head({ viewer, onSignedOut }: { viewer: Viewer; onSignedOut: () => void }) {
  const { t } = useTranslation("customers");
  const staff = viewer.roles.some((role) => role === "SUPPORT" || role === "SUPERVISOR");
  return (
    <div className="account-head">
      <div>
        <Heading>{t("account.title")}</Heading>
        <p className="quiet">{t("account.signedInAs", { email: viewer.email })}</p>
      </div>
      <div className="row">
        {staff && <a className="button" href="/support">{t("account.desk")}</a>}
        <SignOut onSignedOut={onSignedOut} />
      </div>
    </div>
  );
}
