/** Sparekey's mark: a key. */
export function Brand() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <circle cx="12" cy="16" r="5" />
      <path d="M17 16h10m-3 0v5" />
    </svg>
  );
}
