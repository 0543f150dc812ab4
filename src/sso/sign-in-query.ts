// What a sign-in by the identity provider reads: the portal's settings before anything is believed, and whom the NameID means after.
import type { PortalRow } from '../directory/portal.ts';
import { fail, ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';

/** The portal's row, as signing in needs it; `sso` and `emailDomains` are JSON. */
export interface SignInPortal extends PortalRow {
  readonly sso: string;
  readonly emailDomains: string;
  readonly appUrl: string;
}

/** One row of type `SignInPortal`. */
export function selectSignInPortal(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT preset, policy, features, version AS portalVersion, sso, email_domains AS emailDomains, app_url AS appUrl
     FROM portal WHERE id = 1`,
  );
}

/** The portal's row; fails like storage does. */
export async function readSignInPortal(db: D1Database): Promise<Result<SignInPortal>> {
  const read = await readBatch(db, [selectSignInPortal(db)]);
  if (read.kind === 'fault') return faultFailure(read);
  const row = firstOf<SignInPortal>(read.results[0]);
  return row ? ok(row) : fail('internal_error', 'The portal is not set up.');
}

/** A request of ours: to sign in, which has no answer yet, or a test. */
export interface SamlRequest {
  readonly id: string;
  readonly purpose: 'sign_in' | 'test';
  readonly relayState: string | null;
}

/** The request of that ID, if it has not run out at `nowMs`: one row of type `SamlRequest`, or none. */
export function selectRequest(db: D1Database, id: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare('SELECT id, purpose, relay_state AS relayState FROM saml_requests WHERE id = ? AND expires_at > ?')
    .bind(id, nowMs);
}

/** Who has a user name. */
export interface Holder {
  readonly seq: number;
  readonly userName: string;
  readonly loginType: 'saml' | 'password' | 'service';
  readonly active: number;
  readonly role: string;
  readonly removed: number;
}

/** The account of a folded user name; where there is none, one that was removed: one row of type `Holder`, or none. Only the second
 * question looks through rows, those of who was removed: there is no index for it, since it would cost every DELETE a row. */
export function selectHolder(db: D1Database, userNameKey: string): D1PreparedStatement {
  const columns =
    'seq, user_name AS userName, login_type AS loginType, active, role, removed_at IS NOT NULL AS removed';
  const visible = 'FROM users WHERE user_name_key = ?1 AND removed_at IS NULL';
  return db
    .prepare(
      `SELECT ${columns} ${visible}
       UNION ALL SELECT ${columns} FROM users INDEXED BY users_removed
       WHERE removed_at IS NOT NULL AND user_name_key = ?1 AND NOT EXISTS (SELECT 1 ${visible})
       LIMIT 1`,
    )
    .bind(userNameKey);
}

/** Which of these names are teams: rows `{ name }`. */
export function selectTeams(db: D1Database, names: readonly string[]): D1PreparedStatement {
  return db
    .prepare('SELECT t.name FROM json_each(?) AS wanted CROSS JOIN teams AS t ON t.name = wanted.value')
    .bind(JSON.stringify(names));
}

/** The first row of a result. */
export function firstOf<Row>(result: D1Result | undefined): Row | undefined {
  return (result?.results as Row[] | undefined)?.[0];
}
