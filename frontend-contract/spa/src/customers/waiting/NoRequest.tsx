import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Button, Heading, useTitle } from "../../ui";
import { forgetReceipt } from "../receipt";

/** There is nothing to follow here: no receipt, or (`known`) one that no longer leads anywhere. */
export function NoRequest({ known }: { known: boolean }) {
  const { t } = useTranslation("customers");
  const [, navigate] = useLocation();
  useTitle(t("waiting.title"));

  function moveOn() {
    forgetReceipt();
    navigate("/");
  }

  return (
    <section className="card stack">
      <Heading>{t(known ? "noRequest.gone" : "noRequest.none")}</Heading>
      <p>{t(known ? "noRequest.goneWhy" : "noRequest.noneWhy")}</p>
      <p>{t("noRequest.how")}</p>
      <div className="row">
        <Button look="primary" onClick={moveOn}>{t("toSignIn")}</Button>
      </div>
    </section>
  );
}
