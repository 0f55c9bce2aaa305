const LONGEST = 30_000;

/** Milliseconds to wait before the next try: none, then 1, 2, 4 … 30 s, less up to a half by chance. */
export function waitBefore(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(2 ** (failures - 1) * 1000, LONGEST);
  return Math.round(longest * (1 - Math.random() / 2));
}
