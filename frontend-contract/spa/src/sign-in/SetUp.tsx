import { useState } from "react";
import type { Flow } from "./flow";
import { Install } from "./Install";
import { Scan } from "./Scan";
import type { Shown } from "./screens";

/** Setting up the app while signing in. */
export default function SetUp({ flow, screen }: { flow: Flow; screen: Shown<"install" | "enroll"> }) {
  const [installed, setInstalled] = useState(screen.name === "enroll" && !flow.granted);
  const challenge = screen.challenge?.token ?? null;
  const around = { busy: flow.busy, failure: flow.failure, problem: screen.problem, onAgain: flow.again };

  function next() {
    setInstalled(true);
    if (screen.name === "install") flow.ask("beginEnrollment", { challenge });
  }

  if (screen.name === "install" || !installed) return <Install {...around} onNext={next} onBack={flow.leave} />;
  return (
    <Scan
      {...around}
      enrollment={screen.enrollment}
      onCode={(code) => flow.ask("confirmEnrollment", { challenge, code })}
      onBack={flow.leave}
    />
  );
}
