/** What people type or paste as a code, without the spaces and dashes between its digits. */
export function cleaned(code: string): string {
  return code.normalize("NFKC").replace(/[\s\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff.·‐-―−-]/gu, "");
}

export function isComplete(code: string): boolean {
  return /^\d{6}$/.test(code);
}

/** Whether more digits can still make it a code. */
export function canBecomeCode(code: string): boolean {
  return /^\d{0,6}$/.test(code);
}

/** Characters as the server counts them. */
export function lengthOf(text: string): number {
  return [...text].length;
}
