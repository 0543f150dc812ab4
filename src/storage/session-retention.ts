// Sessions, one-time links, codes, tokens and what sign-ins by the identity provider leave behind: once they ran out they open and refuse
// nothing any more, and the cron takes them away. So it does with sign-ins of more than thirty days ago.
import type { Env, Sources } from '../env.ts';
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
const STILL_TOLD: Readonly<Partial<Record<keyof typeof RAN_OUT, string>>> = {
  codes: 'EXISTS (SELECT 1 FROM oauth_tokens WHERE grant_id = oauth_codes.grant_id)',
};
/** A token that has run out is known for a day, so that a client that comes with it once more is no stranger. */
const KEPT_LONGER_MS: Readonly<Partial<Record<keyof typeof RAN_OUT, number>>> = { tokens: 86_400_000 };
const NAMES = Object.keys(RAN_OUT) as (keyof typeof RAN_OUT)[];

export type Forgotten = Readonly<Record<keyof typeof RAN_OUT | 'signIns', number>>;

/** Deletes what ran out, and of the sign-ins the oldest thousand that are due, in one call of D1, and says how many of each. Throws on
 * D1's failure; the next run does it then. */
export async function forgetSessions({ DB }: Pick<Env, 'DB'>, sources: Sources): Promise<Forgotten> {
  const nowMs = Math.trunc(sources.nowMs());
  const ranOut = NAMES.map((name) =>
    DB.prepare(`DELETE FROM ${RAN_OUT[name]} WHERE expires_at <= ? AND NOT ${STILL_TOLD[name] ?? '0'}`).bind(
      nowMs - (KEPT_LONGER_MS[name] ?? 0),
    ),
  );
  const old = DB.prepare(deletePiece('sign_ins', 'SELECT max(seq) + 1 FROM sign_ins'));
  const statements = [old.bind(nowMs - RETENTION_MS, PIECE_ROWS), ...ranOut];
  const outcome = await commit(DB, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') throw outcome.error;
  const changes = outcome.kind === 'committed' ? outcome.results.map(({ meta }) => meta.changes) : [];
  const counts = ['signIns', ...NAMES].map((name, n) => [name, changes[n] ?? 0] as const);
  return Object.fromEntries(counts) as Forgotten;
}
