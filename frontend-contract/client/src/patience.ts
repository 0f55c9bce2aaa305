const LONGEST = 30_000;
/** Within so many milliseconds all come back whom a server sent away that is restarted. */
const SPREAD = 1_000;

/** Milliseconds to wait where a server said that it goes away: all its people hear that at once. */
export function waitAfterGoodbye(): number {
  return Math.round(Math.random() * SPREAD);
}

/** Milliseconds to wait before the next try: none, then 1, 2, 4 … 30 s, less up to a half by chance. */
export function waitBefore(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(2 ** (failures - 1) * 1000, LONGEST);
  return Math.round(longest * (1 - Math.random() / 2));
}
