// One thing that can be done with an account, as a panel of its own; what cannot be done has its button all the same, and the reason.
import type { Child, PropsWithChildren } from 'hono/jsx';

export function ActionPanel({
  id,
  title,
  children,
}: PropsWithChildren<{ readonly id: string; readonly title: string }>) {
  return (
    <section class="panel act-on" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** A button that does nothing, and why. */
export function Barred({
  name,
  label,
  reason,
}: {
  readonly name: string;
  readonly label: string;
  readonly reason: Child;
}) {
  return (
    <>
      <button type="button" class="quiet" disabled aria-describedby={`${name}-reason`}>
        {label}
      </button>
      <p class="nothing" id={`${name}-reason`}>
        {reason}
      </p>
    </>
  );
}
