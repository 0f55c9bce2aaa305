import { lazily } from "./lazily";

export { CodeField } from "./CodeField";
export { keepReceipt, keptReceipt, RECEIPT } from "./receipt";
export { SignIn, type Account } from "./SignIn";
export { StepUp } from "./StepUp";

/** Setting up the app from within a session. */
export const Enroll = lazily(() => import("./Enroll"));
