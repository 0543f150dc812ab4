// Deletes the content of one subject, a dead registration or a workspace past its date, in pieces: objects first, then
// their rows, and at the end whatever objects no row named. Every step may be repeated, and every step may be the last.
import { registrationOf, registrationPrefix, userPrefix, workspacePrefix } from './content-keys.ts';
import type { Run } from './run.ts';

/** Whose content goes. No row can be added to either: both are closed to uploads for ever. */
export type Subject =
  | { readonly kind: 'registration'; readonly userSeq: number; readonly registration: number }
  | { readonly kind: 'workspace'; readonly workspaceSeq: number; readonly workspaceId: string };

const TABLES = ['files', 'messages'] as const;
type Table = (typeof TABLES)[number];

interface PieceRow {
  readonly seq: number;
  readonly registration: number;
  readonly r2Key: string;
}

/** Deletes all of it, counting objects and bytes on the ledger row. True when nothing is left, seen in R2 itself; false when
 * the run has to stop before. */
export async function purge(run: Run, ledgerSeq: number, subject: Subject): Promise<boolean> {
  for (const table of TABLES) {
    if (!(await purgeTable(run, ledgerSeq, subject, table))) return false;
  }
  for (const prefix of await deadPrefixes(run, subject)) {
    if (!(await sweep(run, prefix))) return false;
  }
  return true;
}

async function purgeTable(run: Run, ledgerSeq: number, subject: Subject, table: Table): Promise<boolean> {
  while (run.mayGoOn()) {
    const rows = await run.read<PieceRow>(nextPiece(run, subject, table));
    const last = rows.at(-1);
    if (!last) return true;
    await run.files.delete(rows.map((row) => row.r2Key));
    const results = await run.write(forgetPiece(run.db, ledgerSeq, subject, table, last));
    run.objects += results[1]?.meta.changes ?? 0;
  }
  return false;
}

/** The oldest rows of the subject in the order of its index; of one registration at a time, so that a piece is a range. */
function nextPiece(run: Run, subject: Subject, table: Table): D1PreparedStatement {
  const columns = 'SELECT seq, registration, r2_key AS r2Key';
  if (subject.kind === 'workspace') {
    return run.db
      .prepare(`${columns} FROM ${table} WHERE workspace_seq = ? ORDER BY seq LIMIT ?`)
      .bind(subject.workspaceSeq, run.pieceRows);
  }
  return run.db
    .prepare(
      `${columns} FROM ${table} WHERE workspace_seq IS NULL AND owner_seq = ?1 AND registration =
         (SELECT min(registration) FROM ${table} WHERE workspace_seq IS NULL AND owner_seq = ?1 AND registration <= ?2)
       ORDER BY seq LIMIT ?3`,
    )
    .bind(subject.userSeq, subject.registration, run.pieceRows);
}

/** Counts what is still there of the piece and deletes it, in one transaction: two workers on one piece count it once.
 * The range names the subject, because SQLite may give the number of a deleted row to a new one. */
function forgetPiece(
  db: D1Database,
  ledgerSeq: number,
  subject: Subject,
  table: Table,
  last: PieceRow,
): D1PreparedStatement[] {
  const [where, ...values] =
    subject.kind === 'workspace'
      ? ['workspace_seq = ? AND seq <= ?', subject.workspaceSeq, last.seq]
      : [
          'workspace_seq IS NULL AND owner_seq = ? AND registration = ? AND seq <= ?',
          subject.userSeq,
          last.registration,
          last.seq,
        ];
  return [
    db
      .prepare(
        `UPDATE destructions SET (objects, bytes) = (
           SELECT objects + count(*), bytes + coalesce(sum(size_bytes), 0) FROM ${table} WHERE ${where}) WHERE seq = ?`,
      )
      .bind(...values, ledgerSeq),
    db.prepare(`DELETE FROM ${table} WHERE ${where}`).bind(...values),
  ];
}

/** Where objects of the subject may lie: for a user every registration up to the one that ended, never a newer one. */
async function deadPrefixes(run: Run, subject: Subject): Promise<string[]> {
  if (subject.kind === 'workspace') return [workspacePrefix(subject.workspaceId)];
  const { userSeq, registration } = subject;
  const dead: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await run.files.list({ prefix: userPrefix(userSeq), delimiter: '/', ...(cursor && { cursor }) });
    const registrations = page.delimitedPrefixes.map((folder) => registrationOf(userSeq, folder) ?? Infinity);
    dead.push(...registrations.filter((r) => r <= registration).map((r) => registrationPrefix(userSeq, r)));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return dead;
}

/** Deletes what lies under a prefix until R2 lists nothing there: uploads that died between their bytes and their row. */
async function sweep(run: Run, prefix: string): Promise<boolean> {
  let cursor: string | undefined;
  while (run.mayGoOn()) {
    const page = await run.files.list({ prefix, limit: run.pieceRows, ...(cursor && { cursor }) });
    if (page.objects.length > 0) {
      await run.files.delete(page.objects.map((object) => object.key));
      cursor = undefined;
    } else if (page.truncated) {
      cursor = page.cursor;
    } else {
      return true;
    }
  }
  return false;
}
