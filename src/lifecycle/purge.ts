// Deletes the content of one subject, a dead registration or a workspace past its date, in pieces: objects first, then
// their rows, and at the end whatever objects no row named. Every step may be repeated, and every step may be the last. Each asks
// first whether the ledger row is still pending, so that a hold stops the work at the piece that is under way: what its bytes
// are gone of is settled even then. A worker that dies in between leaves rows without bytes, which the next one repeats; under a
// hold they stay so until its release.
import { registrationOf, registrationPrefix, userPrefix, workspacePrefix } from './content-keys.ts';
import type { Run } from './run.ts';
import { isPending, keptRegistrations, oldestDoomed } from './standing.ts';

/** Whose content goes. No row can be added to either: both are closed to uploads for ever. */
export type Subject =
  | { readonly kind: 'registration'; readonly userSeq: number; readonly registration: number }
  | { readonly kind: 'workspace'; readonly workspaceSeq: number; readonly workspaceId: string };

const TABLES = ['files', 'messages'] as const;
type Table = (typeof TABLES)[number];

/** `gone`: nothing is left, seen in R2 itself. `unfinished`: the run has to stop before. `stopped`: the ledger row is no longer
 * pending, since somebody holds it or has finished it. */
export type Purged = 'gone' | 'unfinished' | 'stopped';

interface PieceRow {
  readonly seq: number;
  readonly registration: number;
  readonly r2Key: string;
}

/** Deletes all of it, counting objects and bytes on the ledger row. */
export async function purge(run: Run, ledgerSeq: number, subject: Subject): Promise<Purged> {
  for (const table of TABLES) {
    if (!(await purgeTable(run, ledgerSeq, subject, table))) return 'unfinished';
  }
  const kept = await keptRegistrations(run, ledgerSeq, lastOf(subject));
  if (!kept) return 'stopped';
  for (const folder of await deadFolders(run, subject, kept)) {
    const swept = await sweep(run, ledgerSeq, subject, folder);
    if (swept !== 'gone') return swept;
  }
  return 'gone';
}

function lastOf(subject: Subject): number {
  return subject.kind === 'registration' ? subject.registration : 0;
}

/** True when no row is left that may go, which is also so when the ledger row is no longer pending. */
async function purgeTable(run: Run, ledgerSeq: number, subject: Subject, table: Table): Promise<boolean> {
  while (run.mayGoOn()) {
    const rows = await run.read<PieceRow>(nextPiece(run, ledgerSeq, subject, table));
    if (rows.length === 0) return true;
    await run.files.delete(rows.map((row) => row.r2Key));
    await settle(run, ledgerSeq, subject, table, rows);
  }
  return false;
}

/** The oldest rows of the subject in the order of its index, of one registration at a time. */
function nextPiece(run: Run, ledgerSeq: number, subject: Subject, table: Table): D1PreparedStatement {
  const columns = 'SELECT seq, registration, r2_key AS r2Key';
  if (subject.kind === 'workspace') {
    return run.db
      .prepare(`${columns} FROM ${table} WHERE workspace_seq = ?1 AND ${isPending('?2')} ORDER BY seq LIMIT ?3`)
      .bind(subject.workspaceSeq, ledgerSeq, run.pieceRows);
  }
  return run.db
    .prepare(
      `${columns} FROM ${table} WHERE workspace_seq IS NULL AND owner_seq = ?1 AND registration = ${oldestDoomed(table)}
         AND ${isPending('?3')}
       ORDER BY seq LIMIT ?4`,
    )
    .bind(subject.userSeq, subject.registration, ledgerSeq, run.pieceRows);
}

/** Counts what is still there of the piece and deletes it, in one transaction: two workers on one piece count it once. It asks no
 * longer what may go: the bytes are gone, and a hold that came meanwhile must not keep rows that say otherwise. */
async function settle(
  run: Run,
  ledgerSeq: number,
  subject: Subject,
  table: Table,
  piece: readonly PieceRow[],
): Promise<void> {
  const last = piece.at(-1);
  if (!last) return;
  const still = await forget(run, ledgerSeq, table, rangeOf(subject, last));
  if (still < piece.length && subject.kind === 'registration')
    await forget(run, ledgerSeq, table, namedOf(table, piece));
}

/** SQL that finds rows of a piece, by parameters from `?2` on. */
interface Found {
  readonly where: string;
  readonly values: readonly unknown[];
}

async function forget(run: Run, ledgerSeq: number, table: Table, { where, values }: Found): Promise<number> {
  const results = await run.write([
    run.db
      .prepare(
        `UPDATE destructions SET (objects, bytes) = (
           SELECT objects + count(*), bytes + coalesce(sum(size_bytes), 0) FROM ${table} WHERE ${where}) WHERE seq = ?1`,
      )
      .bind(ledgerSeq, ...values),
    run.db.prepare(`DELETE FROM ${table} WHERE ?1 IS NOT NULL AND ${where}`).bind(ledgerSeq, ...values),
  ]);
  const gone = results[1]?.meta.changes ?? 0;
  run.objects += gone;
  return gone;
}

/** The piece as a range of its index, to which no row can have been added. */
function rangeOf(subject: Subject, last: PieceRow): Found {
  return subject.kind === 'workspace'
    ? { where: 'workspace_seq = ?2 AND seq <= ?3', values: [subject.workspaceSeq, last.seq] }
    : {
        where: 'workspace_seq IS NULL AND owner_seq = ?2 AND registration = ?3 AND seq <= ?4',
        values: [subject.userSeq, last.registration, last.seq],
      };
}

/** The same row by row, for those that another worker settled or that were given back meanwhile, under another registration. The
 * key is asked for because SQLite may give the number of a deleted row to a new one. */
function namedOf(table: Table, piece: readonly PieceRow[]): Found {
  return {
    where: `seq IN (SELECT c.seq FROM json_each(?2) AS j
      CROSS JOIN ${table} AS c ON c.seq = (j.value ->> 0) AND c.r2_key = (j.value ->> 1))`,
    values: [JSON.stringify(piece.map(({ seq, r2Key }) => [seq, r2Key]))],
  };
}

/** Where objects lie that no row may name; of a user's, with the registration. */
interface Folder {
  readonly prefix: string;
  readonly registration?: number;
}

/** Where objects of the subject may lie: for a user every registration up to the one that ended, never a newer one and none
 * that is kept. */
async function deadFolders(run: Run, subject: Subject, kept: ReadonlySet<number>): Promise<Folder[]> {
  if (subject.kind === 'workspace') return [{ prefix: workspacePrefix(subject.workspaceId) }];
  const { userSeq, registration } = subject;
  const dead: Folder[] = [];
  let cursor: string | undefined;
  do {
    const page = await run.files.list({ prefix: userPrefix(userSeq), delimiter: '/', ...(cursor && { cursor }) });
    const found = page.delimitedPrefixes.map((folder) => registrationOf(userSeq, folder) ?? Infinity);
    const doomed = found.filter((r) => r <= registration && !kept.has(r));
    dead.push(...doomed.map((r) => ({ prefix: registrationPrefix(userSeq, r), registration: r })));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return dead;
}

/** Deletes what lies under a prefix until R2 lists nothing there: uploads that died between their bytes and their row. */
async function sweep(run: Run, ledgerSeq: number, subject: Subject, { prefix, registration }: Folder): Promise<Purged> {
  let cursor: string | undefined;
  while (run.mayGoOn()) {
    const page = await run.files.list({ prefix, limit: run.pieceRows, ...(cursor && { cursor }) });
    if (page.objects.length > 0) {
      const kept = await keptRegistrations(run, ledgerSeq, lastOf(subject));
      if (!kept) return 'stopped';
      if (registration !== undefined && kept.has(registration)) return 'gone';
      await run.files.delete(page.objects.map((object) => object.key));
      cursor = undefined;
    } else if (page.truncated) {
      cursor = page.cursor;
    } else {
      return 'gone';
    }
  }
  return 'unfinished';
}
