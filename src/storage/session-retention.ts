// Sessions, one-time links, codes, tokens and what sign-ins by the identity provider leave behind: once they ran out they open and refuse
// nothing any more, and the cron takes them away. So it does with sign-ins of more than thirty days ago.
import type { Env, Sources } from '../env.ts';
import { Allowance, type Limits } from './allowance.ts';
import { commit } from './commit.ts';
import { deletePiece, PIECE_ROWS, RETENTION_MS } from './retention.ts';

/** What runs out, each in a table with an `expires_at`. */
const RAN_OUT = {
  sessions: 'sessions',
  links: 'one_time_links',
  samlRequests: 'saml_requests',
  samlAssertions: 'saml_assertions',
  tokens: 'oauth_tokens',
  codes: 'oauth_codes',
} as const;

/** Nobody can use it any more, but it still says who allowed what came of it. */
const STILL_TOLD: Readonly<Partial<Record<Name, string>>> = {
  codes: 'EXISTS (SELECT 1 FROM oauth_tokens WHERE grant_id = oauth_codes.grant_id)',
};
/** A token that has run out is known for a day, so that a client that comes with it once more is no stranger. */
const KEPT_LONGER_MS: Readonly<Partial<Record<Name, number>>> = { tokens: 86_400_000 };
type Name = keyof typeof RAN_OUT;
const NAMES = Object.keys(RAN_OUT) as Name[];

export type Forgotten = Readonly<Record<Name | 'signIns', number>>;

/** How many pieces of each a run takes. Strangers can begin sign-ins, and each leaves a request. */
const PIECES = 10;

/** Deletes what ran out, at most ten thousand rows of each, and of the sign-ins the oldest thousand that are due: one call of D1, and
 * another one for what has more than a thousand. Says how many of each. Throws on D1's failure; the next run does it then. */
export async function forgetSessions({ DB }: Pick<Env, 'DB'>, sources: Sources, limits: Limits): Promise<Forgotten> {
  const allowance = new Allowance(DB, sources.nowMs, limits);
  const { db } = allowance;
  const nowMs = Math.trunc(sources.nowMs());
  const forgotten = new Map<Name | 'signIns', number>();
  const old = db.prepare(deletePiece('sign_ins', 'SELECT max(seq) + 1 FROM sign_ins'));
  let due: readonly Piece[] = [
    ['signIns', old.bind(nowMs - RETENTION_MS, PIECE_ROWS)],
    ...NAMES.map((name) => [name, pieceOf(db, name, nowMs)] as const),
  ];
  for (let piece = 0; piece < PIECES && due.length > 0 && (piece === 0 || allowance.isLeft()); piece++) {
    const changes = await run(db, due);
    for (const [n, [name]] of due.entries()) forgotten.set(name, (forgotten.get(name) ?? 0) + (changes[n] ?? 0));
    due = due.filter(([name], n) => name !== 'signIns' && changes[n] === PIECE_ROWS);
  }
  return Object.fromEntries(forgotten) as Forgotten;
}

type Piece = readonly [name: Name | 'signIns', statement: D1PreparedStatement];

/** The oldest rows that ran out, a thousand at most. */
function pieceOf(db: D1Database, name: Name, nowMs: number): D1PreparedStatement {
  const table = RAN_OUT[name];
  const due = `SELECT rowid FROM ${table} WHERE expires_at <= ? AND NOT ${STILL_TOLD[name] ?? '0'} ORDER BY expires_at LIMIT ?`;
  return db
    .prepare(`DELETE FROM ${table} WHERE rowid IN (${due})`)
    .bind(nowMs - (KEPT_LONGER_MS[name] ?? 0), PIECE_ROWS);
}

/** How many rows each of them deleted. */
async function run(db: D1Database, due: readonly Piece[]): Promise<readonly number[]> {
  const statements = due.map(([, statement]) => statement);
  const outcome = await commit(db, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') throw outcome.error;
  return outcome.kind === 'committed' ? outcome.results.map(({ meta }) => meta.changes) : [];
}
