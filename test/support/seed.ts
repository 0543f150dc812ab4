// Many users at once, straight into the tables, for tests that need a full directory.
import { env } from 'cloudflare:workers';
import { type PortalRow, readPortal } from '../../src/directory/portal.ts';
import { foldUser } from '../../src/directory/user-folded.ts';
import { START_MS } from './portal.ts';

const PIECE = 5000;

/** Writes `count` active SCIM users named by `userName(1..count)`, externalId `ext-N`, and the counters. */
export async function seedUsers(count: number, userName: (n: number) => string): Promise<void> {
  const [withAddress, without] = await foldedOf(PLACEHOLDER, 'nobody');
  for (let from = 1; from <= count; from += PIECE) {
    const rows = Array.from({ length: Math.min(PIECE, count - from + 1) }, (_, i) => [
      userName(from + i),
      `ext-${from + i}`,
    ]);
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
         attributes, folded, registration, created_at, updated_at, version)
       SELECT value ->> 0, value ->> 0, value ->> 0, value ->> 1, 'saml', 'user', 1, 'Jane', 'Example', '{}',
         iif(instr(value ->> 0, '@'), replace(?3, '${PLACEHOLDER}', value ->> 0), ?4), 1, ?2, ?2, 1
       FROM json_each(?1)`,
    )
      .bind(JSON.stringify(rows), START_MS, withAddress, without)
      .run();
  }
  await env.DB.prepare('UPDATE portal SET user_count = user_count + ?1, active_count = active_count + ?1')
    .bind(count)
    .run();
}

const PLACEHOLDER = 'somebody@placeholder.example';

/** What filters see of the seeded users of these names; all others differ from them by the name alone. */
async function foldedOf(...userNames: string[]): Promise<string[]> {
  const row = await env.DB.prepare(
    'SELECT preset, policy, features, version AS portalVersion FROM portal',
  ).first<PortalRow>();
  if (row === null) throw new Error('there is no portal');
  const portal = await readPortal(row);
  const names = { givenName: 'Jane', familyName: 'Example', externalId: null, role: 'user' };
  const times = { lastLoginAt: null, createdAt: START_MS, updatedAt: START_MS };
  const person = { seq: 0, active: true, attributes: {}, registration: 1, version: 1, ...names, ...times };
  return userNames.map((userName) => foldUser({ ...person, id: userName, userName }, portal));
}
