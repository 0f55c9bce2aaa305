import { useTranslation } from "react-i18next";
import { Button, LanguageSwitch, Notice } from "../../ui";
import { useSignOut } from "../door/useSignOut";
import { useDesk } from "../feed/desk";
import { Brand } from "./Brand";
import { ConnectionState } from "./ConnectionState";
import { DeskNav } from "./DeskNav";
import { SoundToggle } from "./SoundToggle";

export function Header({ onLeft }: { onLeft: () => void }) {
  const { t } = useTranslation("desk");
  const { viewer } = useDesk();
  const { signOut, busy, fault } = useSignOut(onLeft);
  return (
    <>
      <header className="desk-header">
        <Brand />
        <DeskNav />
        <ConnectionState />
        <div className="desk-tools">
          <SoundToggle />
          <LanguageSwitch />
          <span className="desk-viewer" title={t("signedInAs", { email: viewer.email })}>
            <span className="unseen">{t("signedInAs", { email: "" })}</span>
            {viewer.email}
          </span>
          <Button look="plain" busy={busy} onClick={signOut}>{t("signOut")}</Button>
        </div>
      </header>
      {fault && <Notice tone="bad">{fault}</Notice>}
    </>
  );
}
