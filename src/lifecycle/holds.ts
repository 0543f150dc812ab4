// Legal holds: what is held is not destroyed until somebody releases it, whatever its date. Neither touches a due date, so what fell
// due under a hold goes with the cron that follows its release.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { BRAKE_RELEASE, HOLD, type HoldColumns, type HoldMove, RELEASE, RELEASE_FREES } from './hold-moves.ts';

/** Ledger rows by number, all of one user by id, or all there are. */
export type Which = { readonly seqs: readonly number[] } | { readonly userId: string } | 'all';

export type DestructionState = HoldColumns['state'];

/** What a hold or a release came to. */
export interface HoldReport {
  /** The rows that changed now, in order. */
  readonly changed: readonly number[];
  /** Those of `changed` that nobody holds any more and whose due date is over: the next cron destroys them. */
  readonly overdue: number;
  /** Rows named by number that stayed as they were, and how that is. */
  readonly unchanged: readonly { readonly seq: number; readonly state: DestructionState }[];
  /** Numbers that no row has. */
  readonly unknown: readonly number[];
}

/** Puts pending rows on hold; a worker that is in the middle of one stops there. Fails as storage does. */
export function holdDestructions(context: SettingsContext, which: Which): Promise<Result<HoldReport>> {
  return move(context, which, HOLD);
}

/** Ends legal holds. What nobody else holds is the cron's again, which destroys at its next run what is overdue. Fails as storage
 * does. */
export function releaseDestructions(context: SettingsContext, which: Which): Promise<Result<HoldReport>> {
  return move(context, which, RELEASE);
}

/** Ends the brake's hold of these rows. Fails as storage does. */
export function releaseFromBrake(context: SettingsContext, seqs: readonly number[]): Promise<Result<HoldReport>> {
  return move(context, { seqs }, BRAKE_RELEASE);
}

/** What a release would destroy within minutes: how many rows, and the first few of them. */
export interface Overdue {
  readonly count: number;
  readonly first: readonly {
    readonly seq: number;
    readonly kind: 'account' | 'user_content' | 'workspaces';
    readonly userName: string;
  }[];
}

/** Of the rows named, those that a release now would free and that are overdue, counted all. Fails as storage does. */
export async function overdueIfReleased({ db, sources }: SettingsContext, which: Which): Promise<Result<Overdue>> {
  const { where, value } = choose(which);
  const from = `FROM destructions WHERE ${RELEASE_FREES} AND due_at <= ?2 AND ${where}`;
  const user = '(SELECT u.user_name FROM users AS u WHERE u.seq = destructions.user_seq)';
  const nowMs = Math.trunc(sources.nowMs());
  const outcome = await readBatch(db, [
    db.prepare(`SELECT count(*) AS count ${from}`).bind(value, nowMs),
    db.prepare(`SELECT seq, kind, ${user} AS userName ${from} ORDER BY seq LIMIT 5`).bind(value, nowMs),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [counted, first] = outcome.results.map(({ results }) => results);
  return ok({ ...(counted?.[0] as unknown as { count: number }), first: first as unknown as Overdue['first'] });
}

interface Seen extends HoldColumns {
  readonly seq: number;
  readonly dueAt: number;
}

async function move(context: SettingsContext, which: Which, how: HoldMove): Promise<Result<HoldReport>> {
  const { db, sources } = context;
  const nowMs = Math.trunc(sources.nowMs());
  const chosen = choose(which);
  const before = await look(db, chosen);
  if (!before.ok) return before;
  const mutationId = randomId(sources);
  const outcome = await commit(db, {
    mutationId,
    guards: [],
    statements: write(context, chosen, how, mutationId, nowMs),
  });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const answered = outcome.kind === 'committed' ? outcome.results.slice(1).flatMap(({ results }) => results) : [];
  const isLost = outcome.kind === 'committed' && outcome.results.length === 0;
  const changed = isLost ? await movedSince(db, before.value, how) : ok(answered as unknown as Seen[]);
  return changed.ok ? ok(reportOf(which, before.value, changed.value, nowMs)) : changed;
}

/** How SQL finds the rows, by the one parameter `?1`. */
interface Chosen {
  readonly where: string;
  readonly value: string;
  /** What the journal names, and how many rows it gets: one for each ledger row where these were named, else one. */
  readonly subject: string;
  readonly entries: string;
  /** All states are looked at where rows were named by number; else those that can change, by their indexes. */
  readonly everyState: boolean;
}

function choose(which: Which): Chosen {
  const one = { everyState: false, entries: 'LIMIT 1' };
  if (which === 'all') return { ...one, where: '?1 IS NOT NULL', value: 'all', subject: '?1' };
  if ('userId' in which) {
    return { ...one, where: 'user_seq = (SELECT seq FROM users WHERE id = ?1)', value: which.userId, subject: '?1' };
  }
  const where = 'seq IN (SELECT value FROM json_each(?1))';
  return { where, value: JSON.stringify(which.seqs), subject: 'CAST(seq AS TEXT)', entries: '', everyState: true };
}

const SEEN = 'seq, state, held_by AS heldBy, due_at AS dueAt';

async function look(db: D1Database, { where, value, everyState }: Chosen): Promise<Result<readonly Seen[]>> {
  const select = `SELECT ${SEEN} FROM destructions WHERE ${where}`;
  const sql = everyState ? select : `${select} AND state = 'pending' UNION ALL ${select} AND state = 'held'`;
  const outcome = await readBatch(db, [db.prepare(sql).bind(value)]);
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(outcome.results[0]?.results as unknown as Seen[]);
}

/** The journal first, from the rows that are about to change: nothing that does not happen is written down. */
function write(
  { db, actor, requestId }: SettingsContext,
  { where, value, subject, entries }: Chosen,
  { type, takes, state, heldBy }: HoldMove,
  mutationId: string,
  nowMs: number,
): D1PreparedStatement[] {
  const taken = takes.map((take) => `SELECT seq FROM destructions WHERE ${take} AND ${where}`).join(' UNION ALL ');
  return [
    db
      .prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, request_id, attributes, at)
         SELECT ?2 || iif(row_number() OVER () = 1, '', ':' || seq), ?3, ${subject}, ?4, ?6, '[]', ?5
         FROM (${taken}) ${entries}`,
      )
      .bind(value, mutationId, type, actor, nowMs, requestId ?? null),
    // One UPDATE a condition, each by its index; what one of them has changed no other takes.
    ...takes.map((take) =>
      db
        .prepare(
          `UPDATE destructions SET state = ${state}, held_by = ${heldBy}, lease_until = 0 WHERE ${take} AND ${where}
           RETURNING ${SEEN}`,
        )
        .bind(value),
    ),
  ];
}

/** After a lost answer: what was about to change and is so now. */
async function movedSince(
  db: D1Database,
  before: readonly Seen[],
  { isTaken }: HoldMove,
): Promise<Result<readonly Seen[]>> {
  const seqs = before.filter(isTaken).map(({ seq }) => seq);
  const after = await look(db, choose({ seqs }));
  return after.ok ? ok(after.value.filter((row) => !isTaken(row))) : after;
}

function reportOf(which: Which, before: readonly Seen[], moved: readonly Seen[], nowMs: number): HoldReport {
  const changed = new Set(moved.map(({ seq }) => seq));
  const known = new Set(before.map(({ seq }) => seq));
  const named = typeof which === 'object' && 'seqs' in which ? [...new Set(which.seqs)] : [];
  return {
    changed: [...changed].sort((a, b) => a - b),
    overdue: moved.filter(({ state, dueAt }) => state === 'pending' && dueAt <= nowMs).length,
    unchanged: before.filter(({ seq }) => !changed.has(seq)).map(({ seq, state }) => ({ seq, state })),
    unknown: named.filter((seq) => !known.has(seq)),
  };
}
