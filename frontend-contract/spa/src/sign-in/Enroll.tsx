import { BeginEnrollmentDocument, ConfirmEnrollmentDocument } from "@sparekey/client";
import { useState } from "react";
import { sparekey, useDo } from "../api";
import { Install } from "./Install";
import { useOnce } from "./once";
import { Scan } from "./Scan";
import { isOver, type Account, type Problem, type Shown } from "./screens";
import { StepUp } from "./StepUp";
import "./sign-in.css";

interface Props {
  onEnrolled: (account: Account) => void;
  onClose: () => void;
}

/** Setting up the app from within a session, or moving it to a new phone. */
export default function Enroll({ onEnrolled, onClose }: Props) {
  const begin = useDo(BeginEnrollmentDocument);
  const confirm = useDo(ConfirmEnrollmentDocument);
  const { run, again, busy, failure } = useOnce();
  const [enrollment, setEnrollment] = useState<Shown<"enroll">["enrollment"]>();
  const [problem, setProblem] = useState<Problem>();
  const [held, setHeld] = useState<() => void>();

  function offer() {
    void run(async () => {
      const { beginEnrollment: answer } = await begin({ input: { challenge: null } });
      if (answer.__typename !== "Enrollment") return refuse(answer, offer);
      setProblem(undefined);
      setEnrollment(answer);
    });
  }

  function enter(code: string) {
    void run(async () => {
      const { confirmEnrollment: answer } = await confirm({ input: { challenge: null, code } });
      if (answer.__typename === "SignedIn") {
        sparekey.restart();
        onEnrolled(answer.account);
      } else refuse(answer, () => enter(code));
    });
  }

  function refuse(answer: Problem, repeat: () => void) {
    if (answer.__typename === "StepUpRequired") return setHeld(() => repeat);
    setProblem(answer);
    if (isOver(answer)) setEnrollment(undefined);
  }

  const around = { busy, failure, problem, onAgain: again, onBack: onClose };
  return (
    <>
      {enrollment ? (
        <Scan {...around} enrollment={enrollment} onCode={enter} />
      ) : (
        <Install {...around} onNext={offer} />
      )}
      {held && (
        <StepUp
          onConfirmed={() => (setHeld(undefined), held())}
          onClose={() => setHeld(undefined)}
        />
      )}
    </>
  );
}
