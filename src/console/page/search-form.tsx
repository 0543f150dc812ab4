// The form over a list that narrows it. It is sent by GET: it needs no script, and what is found has an address.
import type { PropsWithChildren } from 'hono/jsx';

type SearchProps = PropsWithChildren<{
  readonly action: string;
  /** The list without what was searched for; undefined where nothing was. */
  readonly clear: string | undefined;
}>;

export function SearchForm({ action, clear, children }: SearchProps) {
  return (
    <search>
      <form method="get" action={action} class="inline search">
        {children}
        <button type="submit" class="quiet">
          Search
        </button>
        {clear === undefined ? null : <a href={clear}>Clear</a>}
      </form>
    </search>
  );
}
