// What is known of one thing: names and values, below each other.
import type { Child, PropsWithChildren } from 'hono/jsx';

type DetailsProps = PropsWithChildren<{
  /** For a screen reader, where no heading says what it is. */
  readonly label?: string;
  /** By itself, rather than in a panel with other things. */
  readonly isPanel?: boolean;
}>;

export function Details({ label, isPanel = false, children }: DetailsProps) {
  return (
    <dl class={isPanel ? 'panel details' : 'details'} aria-label={label}>
      {children}
    </dl>
  );
}

/** A name and a value; nothing where there is none. */
export function Detail({ name, children }: { readonly name: string; readonly children?: Child }) {
  if (children === null || children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
