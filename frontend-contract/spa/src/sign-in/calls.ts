import {
  BeginEnrollmentDocument,
  ConfirmEnrollmentDocument,
  LoginDocument,
  RequestResetDocument,
  ResendReleaseCodeDocument,
  VerifyCodeDocument,
  type Answer,
  type BeginEnrollmentInput,
  type Call,
  type ConfirmEnrollmentInput,
  type LoginInput,
  type RequestResetInput,
  type ResendReleaseCodeInput,
  type VerifyCodeInput,
} from "@sparekey/client";
import { useDo } from "../api";

export interface Inputs {
  login: LoginInput;
  beginEnrollment: BeginEnrollmentInput;
  confirmEnrollment: ConfirmEnrollmentInput;
  verifyCode: VerifyCodeInput;
  requestReset: RequestResetInput;
  resendReleaseCode: ResendReleaseCodeInput;
}

type Calls = { [C in Call]: (variables: { input: Inputs[C] }) => Promise<{ [K in C]: Answer<C> }> };

/** What a sign-in asks the server. */
export function useCalls(): Calls {
  return {
    login: useDo(LoginDocument),
    beginEnrollment: useDo(BeginEnrollmentDocument),
    confirmEnrollment: useDo(ConfirmEnrollmentDocument),
    verifyCode: useDo(VerifyCodeDocument),
    requestReset: useDo(RequestResetDocument),
    resendReleaseCode: useDo(ResendReleaseCodeDocument),
  };
}
