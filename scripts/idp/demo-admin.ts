// An admin who signs in by the identity provider, for a demo portal that has none: made as SCIM makes people, with the rights at once.
import { ADMIN_ROLE } from '../../src/directory/admin-role.ts';
import { type PortalRow, readPortal } from '../../src/directory/portal.ts';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { creationOf } from '../../src/directory/user-creation.ts';
import { decideCreate } from '../../src/directory/user-decisions.ts';
import { ok, type Result } from '../../src/failure.ts';
import { readResource } from '../../src/scim/resource.ts';
import { commit } from '../../src/storage/commit.ts';
import { faultFailure } from '../../src/storage/fault-failure.ts';

const USER_NAME = 'sso-admin@acme.example';
const NAMED = { userName: USER_NAME, name: { givenName: 'Jane', familyName: 'Admin' } } as const;

/** Makes the admin unless an active one of the identity provider is there, or the name is taken. Gives the userName where one was made.
 * Fails like storage does. */
export async function ensureDemoAdmin({ db, sources, actor }: SettingsContext): Promise<Result<string | undefined>> {
  const known = await db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM users WHERE login_type = 'saml' AND active = 1 AND role = ?1)
         OR EXISTS (SELECT 1 FROM users WHERE user_name_key = ?2) AS isKnown`,
    )
    .bind(ADMIN_ROLE, USER_NAME)
    .first<number>('isKnown');
  if (known !== 0) return ok(undefined);
  const row = await db
    .prepare('SELECT preset, policy, features, version AS portalVersion FROM portal WHERE id = 1')
    .first<PortalRow>();
  if (!row) throw new Error('the state has no portal');
  const portal = await readPortal(row);
  const read = readResource(portal.userSchema, NAMED);
  if (!read.ok) return read;
  const user = decideCreate({ resource: read.value.resource, named: read.value.present }, portal);
  if (!user.ok) return user;
  const by = { attributes: [...read.value.present, 'role'], actor };
  const creation = creationOf(db, sources, portal, { ...user.value, role: ADMIN_ROLE }, by);
  const outcome = await commit(db, creation.commit);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.kind === 'committed' ? USER_NAME : undefined);
}
