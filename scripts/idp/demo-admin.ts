// An admin who signs in by the identity provider, for a demo portal that has none: made as SCIM makes people, with the rights at once.
import { ADMIN_ROLE } from '../../src/directory/admin-role.ts';
import { type PortalRow, readPortal } from '../../src/directory/portal.ts';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { creationOf } from '../../src/directory/user-creation.ts';
import { decideCreate } from '../../src/directory/user-decisions.ts';
import { readResource } from '../../src/scim/resource.ts';
import { commit } from '../../src/storage/commit.ts';
import { ScriptError } from '../platform.ts';
import { must } from '../portal/with-portal.ts';

const USER_NAME = 'sso-admin@acme.example';

/** Makes the admin unless an active one of the identity provider is there. Gives the userName where one was made; undefined too where
 * the name is taken. Throws for people where storage fails. */
export async function ensureDemoAdmin({ db, sources, actor }: SettingsContext): Promise<string | undefined> {
  const known = await db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM users WHERE login_type = 'saml' AND active = 1 AND role = ?1)
         OR EXISTS (SELECT 1 FROM users WHERE user_name_key = ?2) AS isKnown`,
    )
    .bind(ADMIN_ROLE, USER_NAME)
    .first<number>('isKnown');
  if (known !== 0) return undefined;
  const row = await db
    .prepare('SELECT preset, policy, features, version AS portalVersion FROM portal WHERE id = 1')
    .first<PortalRow>();
  if (!row) throw new ScriptError('This state has no portal.');
  const portal = await readPortal(row);
  const named = { userName: USER_NAME, name: { givenName: 'Jane', familyName: 'Admin' } };
  const { resource, present } = must(readResource(portal.userSchema, named));
  const user = must(decideCreate({ resource, named: present }, portal));
  const attributes = [...present, 'role'];
  const outcome = await commit(
    db,
    creationOf(db, sources, portal, { ...user, role: ADMIN_ROLE }, { attributes, actor }).commit,
  );
  if (outcome.kind === 'fault') throw outcome.error;
  return outcome.kind === 'committed' ? USER_NAME : undefined;
}
