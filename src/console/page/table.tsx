// Tables that stay readable on a narrow window: there each row becomes a card, and each cell says its column.
import type { Child, PropsWithChildren } from 'hono/jsx';

export interface Column<Row> {
  readonly name: string;
  readonly show: (row: Row) => Child;
  /** For numbers. */
  readonly align?: 'end';
}

interface TableProps<Row> {
  /** What the table lists, for a screen reader. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** The first column names the row. */
export function Table<Row>({ caption, columns, rows }: TableProps<Row>) {
  return (
    <div class="panel rows">
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, align }) => (
              <th scope="col" class={align}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(({ name, show, align }, i) =>
                i === 0 ? (
                  <th scope="row">{show(row)}</th>
                ) : (
                  <td data-label={name} class={align}>
                    {show(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a list has nothing to show: says why, and what to do. Without a title where the page has it. */
export function Empty({ title, children }: PropsWithChildren<{ readonly title?: string }>) {
  return (
    <div class="panel empty">
      {title === undefined ? null : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** From page to page. Addresses that are undefined have no link. */
export function Pager({ first, next }: { readonly first?: string | undefined; readonly next?: string | undefined }) {
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first === undefined ? null : <a href={first}>Back to the beginning</a>}
      {next === undefined ? null : (
        <a href={next} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}
