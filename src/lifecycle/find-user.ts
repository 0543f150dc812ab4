// A user as a person at a terminal names one.
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';

/** The id of the user who is meant by an id or, unless removed, by a userName in any case. Fails with `resource_not_found`. */
export async function findUserId(db: D1Database, text: string): Promise<Result<string>> {
  const outcome = await readBatch(db, [
    db
      .prepare(
        `SELECT id FROM users WHERE id = ?1 UNION ALL SELECT id FROM users WHERE id = ?2
         UNION ALL SELECT id FROM users WHERE user_name_key = ?2 AND removed_at IS NULL LIMIT 1`,
      )
      .bind(text, fold(text)),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const user = outcome.results[0]?.results[0] as { readonly id: string } | undefined;
  return user ? ok(user.id) : fail('resource_not_found', `There is no user with the id or the userName ${text}.`);
}
