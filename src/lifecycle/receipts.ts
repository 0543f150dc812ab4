// The ledger for people: what will be destroyed and when, what is held, what was destroyed, and who caused it. A receipt stands on
// the ledger's own row, since the journal forgets.
import { fail, ok, type Result } from '../failure.ts';
import { actorSql } from '../storage/actor.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { HoldColumns } from './hold-moves.ts';
import type { DestructionState } from './holds.ts';
import { COUNTED_ROWS, COUNTED_WORKSPACES, selectContentNow, selectWorkspacesUnder } from './ledger-content.ts';

/** Objects and their bytes; `atLeast` where counting stopped at its bound. */
export interface Amount {
  readonly objects: number;
  readonly bytes: number;
  readonly atLeast: boolean;
}

export interface NamedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly state: 'active' | 'archived' | 'deleted';
  readonly deletedAt: number | null;
}

/** One row of the ledger. Times are UTC milliseconds. */
export interface Destruction extends HoldColumns {
  readonly seq: number;
  readonly kind: 'account' | 'user_content' | 'workspaces';
  readonly userSeq: number;
  readonly userId: string;
  readonly userName: string;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly doneAt: number | null;
  /** Destroyed so far. */
  readonly objects: number;
  readonly bytes: number;
  /** Who caused it: mutation id, request, key or person. The label and the owner where the actor is a key. */
  readonly cause: string;
  readonly requestId: string | null;
  readonly actor: string;
  readonly keyLabel: string | null;
  readonly keyOwner: string | null;
  /** 1 where it is a client of OAuth. */
  readonly keyIsClient: 0 | 1 | null;
  readonly actorName: string | null;
  /** The service account that this person acted for. */
  readonly actingForName: string | null;
  /** The first of its workspaces, and how many there are; `atLeast` where counting stopped at its bound. */
  readonly workspaces: readonly NamedWorkspace[];
  readonly workspaceCount: { readonly count: number; readonly atLeast: boolean };
  /** What there is now, of rows that are pending or held. */
  readonly left?: Amount;
}

export interface Wanted {
  readonly state?: DestructionState;
  /** Only what is due before this. */
  readonly dueBeforeMs?: number;
  readonly userId?: string;
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: Pick<Destruction, 'seq' | 'dueAt'>;
}

/** A row of the ledger without what it is about. */
export type LedgerRow = Omit<Destruction, 'workspaces' | 'workspaceCount' | 'left'>;

/** How far rows are described: workspaces named and counted of each, and rows of content counted of each and of each table. */
export interface Bounds {
  readonly named: number;
  readonly workspaces: number;
  readonly content: number;
}

/** Of a row of the list, and of one that is shown by itself. */
const IN_LIST: Bounds = { named: 3, workspaces: COUNTED_WORKSPACES, content: COUNTED_ROWS };
export const ALONE: Bounds = { ...IN_LIST, named: 1_000 };

const BY = actorSql('d.actor');

const COLUMNS = `d.seq, d.kind, d.state, d.held_by AS heldBy, d.user_seq AS userSeq, coalesce(u.id, '') AS userId, coalesce(u.user_name, '') AS userName,
    d.created_at AS createdAt, d.due_at AS dueAt, d.done_at AS doneAt, d.objects, d.bytes, d.cause, d.request_id AS requestId, d.actor, k.label AS keyLabel,
    k.purpose = 'oauth' AS keyIsClient, owner.user_name AS keyOwner, person.user_name AS actorName,
    coalesce(account.user_name, ${BY.actingFor}) AS actingForName`;
const JOINS = `LEFT JOIN users AS u ON u.seq = d.user_seq LEFT JOIN api_keys AS k ON k.id = d.actor
    LEFT JOIN users AS owner ON owner.seq = k.owner_seq LEFT JOIN users AS person ON person.id = ${BY.id}
    LEFT JOIN users AS account ON account.id = ${BY.actingFor}`;
const SELECT = `SELECT ${COLUMNS} FROM destructions AS d ${JOINS}`;

/** Rows of the ledger that are looked through for those of one user, where no index has them: the newest, or those behind `after`. */
export const SCANNED_ROWS = 50_000;

/** Rows of the ledger, at most `limit`: pending and held ones by due date, all others newest first. Of one user's that are not open,
 * only what is among `SCANNED_ROWS`. Fails as storage does. */
export async function listDestructions(db: D1Database, wanted: Wanted): Promise<Result<readonly Destruction[]>> {
  const outcome = await readBatch(db, [pageOf(db, wanted)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return describeRows(db, outcome.results[0]?.results as unknown as LedgerRow[], IN_LIST);
}

function pageOf(db: D1Database, { state, dueBeforeMs, userId, limit, after }: Wanted): D1PreparedStatement {
  const byDate = state === 'pending' || state === 'held';
  const terms: [sql: string, ...values: unknown[]][] = [];
  if (state !== undefined) terms.push([`d.state = '${state}'`]);
  if (dueBeforeMs !== undefined) terms.push(['d.due_at < ?', dueBeforeMs]);
  if (userId !== undefined) terms.push(['d.user_seq = (SELECT seq FROM users WHERE id = ?)', userId]);
  if (userId !== undefined && !byDate) {
    terms.push([
      `d.seq > coalesce(?, (SELECT max(seq) FROM destructions) + 1) - ${SCANNED_ROWS} - 1`,
      after?.seq ?? null,
    ]);
  }
  if (after) terms.push(byDate ? ['(d.due_at, d.seq) > (?, ?)', after.dueAt, after.seq] : ['d.seq < ?', after.seq]);
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(([sql]) => sql).join(' AND ')}`;
  return db
    .prepare(`${SELECT} ${where} ORDER BY ${byDate ? 'd.due_at, d.seq' : 'd.seq DESC'} LIMIT ?`)
    .bind(...terms.flatMap(([, ...values]) => values), limit);
}

/** Selects a `LedgerRow` for each row of a SELECT of rows of `destructions`, with its columns `more`; the parameters are bound by the
 * caller. */
export function ledgerRowsOf(rows: string, more: readonly string[] = []): string {
  return `SELECT ${[COLUMNS, ...more.map((column) => `d.${column}`)].join(', ')} FROM (${rows}) AS d ${JOINS}`;
}

/** One row of the ledger, in whatever state. Fails with `resource_not_found` for an unknown number. */
export async function destructionOf(db: D1Database, seq: number): Promise<Result<Destruction>> {
  const outcome = await readBatch(db, [db.prepare(`${SELECT} WHERE d.seq = ?`).bind(seq)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const full = await describeRows(db, outcome.results[0]?.results as unknown as LedgerRow[], ALONE);
  if (!full.ok) return full;
  const [row] = full.value;
  return row ? ok(row) : fail('resource_not_found', `The ledger has no row ${seq}.`);
}

/** The receipt of what is destroyed. Fails with `resource_not_found` for an unknown number, and with `invalid_value` for a row that
 * is not done, whose state it says. */
export async function receiptOf(
  db: D1Database,
  seq: number,
): Promise<Result<Destruction & { readonly doneAt: number }>> {
  const row = await destructionOf(db, seq);
  if (!row.ok) return row;
  const { state, doneAt } = row.value;
  if (state === 'done' && doneAt !== null) return ok({ ...row.value, doneAt });
  return fail('invalid_value', `Row ${seq} is ${state}, so there is no receipt of it. ${STATES[state]}`);
}

const STATES: Readonly<Record<DestructionState, string>> = {
  pending: 'The cron works it when it is due.',
  held: 'Nothing of it is destroyed until it is released.',
  cancelled: 'Nothing of it is destroyed: it was given back, or moved to another row.',
  done: '',
};

interface UnderRow {
  readonly seq: number;
  readonly waiting: number;
  readonly deleted: number;
  readonly names: string;
}

/** What rows of the ledger are about: one call of D1. Fails as storage does. */
export async function describeRows(
  db: D1Database,
  rows: readonly LedgerRow[],
  bounds: Bounds,
): Promise<Result<readonly Destruction[]>> {
  if (rows.length === 0) return ok([]);
  const open = rows.filter(({ state }) => state === 'pending' || state === 'held').map(({ seq }) => seq);
  const all = rows.map(({ seq }) => seq);
  const outcome = await readBatch(db, [
    selectWorkspacesUnder(db, all, bounds),
    ...selectContentNow(db, open, bounds.content),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [under, ...contents] = outcome.results;
  const workspaces = new Map(((under?.results ?? []) as unknown as UnderRow[]).map((row) => [row.seq, row]));
  const counts = contents.flatMap(({ results }) => results as unknown as { seq: number; counts: string }[]);
  return ok(
    rows.map((row) => ({
      ...row,
      ...workspacesOf(workspaces.get(row.seq), bounds),
      ...(open.includes(row.seq) && {
        left: amountOf(
          counts.filter(({ seq }) => seq === row.seq),
          bounds,
        ),
      }),
    })),
  );
}

function workspacesOf(row: UnderRow | undefined, bounds: Bounds): Pick<Destruction, 'workspaces' | 'workspaceCount'> {
  if (!row) return { workspaces: [], workspaceCount: { count: 0, atLeast: false } };
  const { waiting, deleted, names } = row;
  const named: [string, string, NamedWorkspace['state'], number | null][] = JSON.parse(names);
  return {
    workspaces: named.map(([id, name, state, deletedAt]) => ({ id, name, state, deletedAt })),
    workspaceCount: {
      count: waiting + deleted,
      atLeast: waiting >= bounds.workspaces || deleted >= bounds.workspaces,
    },
  };
}

function amountOf(counts: readonly { readonly counts: string }[], bounds: Bounds): Amount {
  const pairs = counts.map(({ counts: pair }): [number, number] => JSON.parse(pair));
  return {
    objects: pairs.reduce((sum, [objects]) => sum + objects, 0),
    bytes: pairs.reduce((sum, [, bytes]) => sum + bytes, 0),
    atLeast: pairs.some(([objects]) => objects >= bounds.content),
  };
}
