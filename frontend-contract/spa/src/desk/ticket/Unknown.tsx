import { useTranslation } from "react-i18next";
import { Heading } from "../../ui";
import { BackToQueue } from "./BackToQueue";

/** There is no such ticket, or none any more. */
export function Unknown({ reference, gone }: { reference: string; gone: string | null }) {
  const { t } = useTranslation("ticket");
  return (
    <main className="desk-main ticket stack">
      <Heading>{t("unknown.title")}</Heading>
      <p>{gone === null ? t("unknown.text", { reference }) : t("unknown.gone", { message: gone })}</p>
      <p>
        <BackToQueue className="button primary">{t("unknown.back")}</BackToQueue>
      </p>
    </main>
  );
}
