import { createSparekey } from "@sparekey/client";
import { language } from "../i18n";

export { Failure } from "@sparekey/client";

/** The one connection of this page to its server. */
export const sparekey = createSparekey({ language });
