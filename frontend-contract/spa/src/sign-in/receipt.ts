import { ResetStatusDocument } from "@sparekey/client";
import { sparekey } from "../api";
import { kept } from "../kept";

/** Where this browser keeps what follows, and cancels, its request. */
export const RECEIPT = "sparekey.receipt";

export function keptReceipt(): string | null {
  return kept.get(RECEIPT);
}

/** Keeps the receipt, unless an earlier one of the same request is here: only the first can cancel. */
export async function keepReceipt(receipt: string, reference: string): Promise<void> {
  const earlier = keptReceipt();
  if (earlier && (await referenceOf(earlier)) === reference) return;
  kept.set(RECEIPT, receipt);
}

async function referenceOf(receipt: string): Promise<string | undefined> {
  const { resetStatus } = await sparekey
    .run(ResetStatusDocument, { receipt })
    .catch(() => ({ resetStatus: null }));
  return resetStatus?.reference;
}
