import { useTranslation } from "react-i18next";
import { Button, Notice, useTrouble } from "../ui";
import { Advice } from "./Advice";
import { retryAtOf, type Problem } from "./screens";
import { Wait } from "./Wait";

interface Props {
  problem?: Problem | undefined;
  failure?: unknown;
  busy?: boolean;
  onAgain?: () => void;
}

/** What stands in the way, and what helps against it. */
export function Trouble({ problem, failure, busy = false, onAgain }: Props) {
  const { t } = useTranslation("signIn");
  const told = useTrouble();
  if (failure)
    return (
      <Notice tone="bad">
        <p>{told(failure)}</p>
        {onAgain && <Button busy={busy} onClick={onAgain}>{t("again")}</Button>}
      </Notice>
    );
  if (!problem || problem.__typename === "InvalidInput") return null;
  const retryAt = retryAtOf(problem);
  if (retryAt) return <Wait message={problem.message} until={retryAt} />;
  return (
    <Notice tone="bad">
      <p>{problem.message}</p>
      <Advice problem={problem} />
    </Notice>
  );
}
