// Whether an identity provider provisions the portal: it does while a credential of SCIM lives, a key or a client of OAuth. Where
// none does, nothing that SCIM would decide is decided there.
import { guard } from '../storage/guard.ts';

/** SQL: a credential of SCIM lives at the moment `at`, a parameter with UTC milliseconds. The newest keys are looked at first: among
 * them is the one in use. */
function provisionedSql(at: string): string {
  return `(SELECT 1 FROM api_keys WHERE purpose <> 'api' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${at})
    ORDER BY rowid DESC LIMIT 1) IS NOT NULL`;
}

/** SQL: a column of the name `isProvisioned`, 0 or 1. */
export function isProvisionedAt(at: string): string {
  return `${provisionedSql(at)} AS isProvisioned`;
}

/** One row of the column alone, for `readProvisioned`. */
export function selectProvisioned(db: D1Database, nowMs: number): D1PreparedStatement {
  return db.prepare(`SELECT ${isProvisionedAt('?')}`).bind(nowMs);
}

/** What its result says. */
export function readProvisioned(result: D1Result | undefined): boolean {
  return (result?.results[0] as { readonly isProvisioned: number } | undefined)?.isProvisioned === 1;
}

/** Holds that nothing provisions the portal still; lost under the name `state`. */
export function unprovisionedGuard(db: D1Database, nowMs: number): D1PreparedStatement {
  return guard(db, 'state', `NOT (${provisionedSql('?')})`, nowMs);
}
