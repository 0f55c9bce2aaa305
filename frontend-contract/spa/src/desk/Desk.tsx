import { useTranslation } from "react-i18next";
import { SignIn } from "../sign-in";
import { Button, Notice, useTrouble } from "../ui";
import { isStaff } from "./door/account";
import { Door } from "./door/Door";
import { NotStaff } from "./door/NotStaff";
import { useViewer } from "./door/useViewer";
import { Workplace } from "./Workplace";
import "./desk.css";
import "./parts/parts.css";

/** The support desk: whoever may not work here stays at its door. */
export function Desk() {
  const { t } = useTranslation(["desk", "common"]);
  const trouble = useTrouble();
  const { who, again, entered, left } = useViewer();
  switch (who.state) {
    case "asking":
      return <Door><p className="quiet" role="status">{t("common:wait")}</p></Door>;
    case "failed":
      return (
        <Door>
          <Notice tone="bad">{trouble(who.failure)}</Notice>
          <div><Button look="primary" onClick={again}>{t("again")}</Button></div>
        </Door>
      );
    case "nobody":
      return (
        <Door>
          <SignIn key={who.why} staff onSignedIn={entered} {...noticeOf(who.why, t(`door.${who.why}`))} />
        </Door>
      );
    case "known":
      if (!isStaff(who.account)) return <NotStaff email={who.account.email} onLeft={left} />;
      return <Workplace key={who.account.id} viewer={who.account} onLeft={left} />;
  }
}

function noticeOf(why: "new" | "ended" | "left" | "noApp", notice: string) {
  return why === "new" ? {} : { start: { notice } };
}
