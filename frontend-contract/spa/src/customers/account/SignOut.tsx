import { LogoutDocument } from "@sparekey/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sparekey, useDo } from "../../api";
import { Button, Notice, useTrouble } from "../../ui";

export function SignOut({ onSignedOut }: { onSignedOut: () => void }) {
  const { t } = useTranslation("customers");
  const trouble = useTrouble();
  const logout = useDo(LogoutDocument);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  async function signOut() {
    setBusy(true);
    setFailure(undefined);
    try {
      await logout({});
      sparekey.restart();
      onSignedOut();
    } catch (fault) {
      setFailure(fault);
      setBusy(false);
    }
  }

  return (
    <>
      <Button busy={busy} onClick={() => void signOut()}>{t("account.signOut")}</Button>
      {failure !== undefined && <Notice tone="bad">{trouble(failure)}</Notice>}
    </>
  );
}
