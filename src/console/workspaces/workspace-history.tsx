// What was done with a workspace, newest first, as the log explains it.
import type { DoneLine, LogEntry } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { selectDone } from '../../log/log-query.ts';
import { Sentence } from '../log/sentence.tsx';
import { Time } from '../page/time-text.tsx';

const HISTORY_ROWS = 20;

/** The newest entries about a workspace, among the newest 50,000 rows of the journal. */
export function selectHistory(db: D1Database, workspaceId: string): readonly D1PreparedStatement[] {
  const statement = selectDone(db, { filter: { subject: workspaceId }, limit: HISTORY_ROWS });
  return statement ? [statement] : [];
}

type Row = Omit<DoneLine, 'attributes'> & { readonly attributes: string };

/** The entries in the result of `selectHistory`. What happened to its destruction is told of the workspace by its name. */
export function readHistory(result: D1Result | undefined, { name }: { readonly name: string }): readonly DoneLine[] {
  const rows = (result?.results ?? []) as unknown as Row[];
  return rows.map((row) => ({ ...row, attributes: JSON.parse(row.attributes), subjectName: name }));
}

export function History({ entries, now }: { readonly entries: readonly LogEntry[]; readonly now: number }) {
  return (
    <>
      <h2>History</h2>
      {entries.length === 0 ? (
        <p class="lead">Nothing in the log, which keeps 30 days.</p>
      ) : (
        <ol class="deeds">
          {entries.slice(0, HISTORY_ROWS).map((entry) => (
            <li>
              <span>
                <Sentence entry={entry} sentence={explain(entry).sentence} />
              </span>
              <small>
                <Time at={entry.at} now={now} />
                {entry.requestId === null ? null : (
                  <>
                    {' · '}
                    <a href={`/console/log?${new URLSearchParams({ request: entry.requestId })}`}>its request</a>
                  </>
                )}
              </small>
            </li>
          ))}
        </ol>
      )}
      {entries.length > HISTORY_ROWS ? <p class="lead">The newest {HISTORY_ROWS} entries.</p> : null}
    </>
  );
}
