// Who may own a key that an identity provider uses: an active admin whose userName can travel as the SCIM API Username.
import { type Failure, fail } from '../failure.ts';
import { guard } from '../storage/guard.ts';

/** SQL condition on a row of `users`: an active admin now. */
export const ACTIVE_ADMIN = "active = 1 AND role = 'admin' AND removed_at IS NULL";

/** The guard `owner`: the account of that `seq` is an active admin, and its userName is still the one that the secret is made for. */
export function ownerGuard(db: D1Database, ownerSeq: number, username: string): D1PreparedStatement {
  const condition = `EXISTS (SELECT 1 FROM users WHERE seq = ? AND user_name = ? AND ${ACTIVE_ADMIN})`;
  return guard(db, 'owner', condition, ownerSeq, username);
}

/** What the loss of that guard says: `invalid_value`. */
export function noActiveAdmin(username: string) {
  return fail('invalid_value', `${username} is not an active admin, and only an active admin can own a SCIM key.`);
}

/** Why a userName cannot be a SCIM API Username; undefined where it can. */
export function unusableUsername(username: string): Failure | undefined {
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(username)) return undefined;
  const detail =
    `The owner's userName would be the SCIM API Username, and ${JSON.stringify(username)} cannot be one: ` +
    'HTTP Basic carries it reliably only in ASCII, without spaces and without a colon.';
  return { code: 'invalid_value', detail };
}
