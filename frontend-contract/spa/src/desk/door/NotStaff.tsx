import { useTranslation } from "react-i18next";
import { Button, Heading, Notice } from "../../ui";
import { Door } from "./Door";
import { useSignOut } from "./useSignOut";

/** A customer at the desk's door. */
export function NotStaff({ email, onLeft }: { email: string; onLeft: () => void }) {
  const { t } = useTranslation("desk");
  const { signOut, busy, fault } = useSignOut(onLeft);
  return (
    <Door>
      <section className="card stack">
        <Heading>{t("notStaff.title")}</Heading>
        <p>{t("notStaff.text", { email })}</p>
        {fault && <Notice tone="bad">{fault}</Notice>}
        <div className="row">
          <Button look="primary" busy={busy} onClick={signOut}>{t("signOut")}</Button>
          <a href="/account">{t("notStaff.account")}</a>
        </div>
      </section>
    </Door>
  );
}
