// When a key was last used, kept to the day, and how often it is: after the answer, and for nothing but people to read.
import { commit } from '../storage/commit.ts';
import type { AuthorisationRow } from './authorise.ts';

const DAY_MS = 86_400_000;

/** SQL of the time since the use before. It counts a quarter, so that what is usual follows a new rhythm within a few uses. */
const GAP = '(CAST(?1 AS INTEGER) - last_used_at)';

/** Records that a key was used, at most once in 24 hours a key. For `waitUntil`. The row that authorised the request says
 * when the key was last recorded, so that D1 is not even asked on all other requests; the statement repeats the condition for
 * requests side by side. */
export async function recordUse(
  db: D1Database,
  key: Pick<AuthorisationRow, 'keyId' | 'lastUsedAt'>,
  nowMs: number,
): Promise<void> {
  const dueBefore = nowMs - DAY_MS;
  if (key.lastUsedAt !== null && key.lastUsedAt >= dueBefore) return;
  const update = db
    .prepare(
      `UPDATE api_keys SET last_used_at = ?1, usual_gap_ms = coalesce((3 * usual_gap_ms + ${GAP}) / 4, ${GAP})
       WHERE id = ?2 AND (last_used_at IS NULL OR last_used_at < ?3)`,
    )
    .bind(nowMs, key.keyId, dueBefore);
  // Not a change of a resource, so no journal row; repeating it is harmless.
  await commit(db, { mutationId: `last-use-${key.keyId}`, guards: [], statements: [update] });
}
