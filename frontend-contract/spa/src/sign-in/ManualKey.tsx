import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui";
import { copied } from "./copy";

/** For whoever cannot scan: the key for typing in. */
export function ManualKey({ manualKey }: { manualKey: string }) {
  const { t } = useTranslation("signIn");
  const [said, setSaid] = useState("");

  async function copy() {
    setSaid("");
    const done = await copied(manualKey.replaceAll(" ", ""));
    setSaid(t(done ? "copied" : "notCopied"));
  }

  return (
    <div className="manual stack">
      <h2>{t("cannotScan")}</h2>
      <p>{t("manualHow")}</p>
      <p>
        <span className="quiet" id="manual-key">{t("manualKey")}</span>
        <code className="manual-key" aria-labelledby="manual-key" role="group" translate="no">{manualKey}</code>
      </p>
      <div className="row">
        <Button onClick={() => void copy()}>{t("copy")}</Button>
        <span role="status">{said}</span>
      </div>
    </div>
  );
}
