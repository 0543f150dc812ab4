// The sign of an account that nobody signs in with.

/** `label` is what a screen reader says. */
export function Padlock({ label }: { readonly label: string }) {
  return (
    <svg class="padlock-sign" role="img" aria-label={label} viewBox="0 0 16 16" width="14" height="14">
      <path d="M3 7h1V5a4 4 0 0 1 8 0v2h1a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zm3 0h4V5a2 2 0 0 0-4 0z" />
    </svg>
  );
}
