// Many users at once, straight into the tables, for tests that need a full directory.
import { env } from 'cloudflare:workers';
import { START_MS } from './portal.ts';

const PIECE = 5000;

/** Writes `count` active SCIM users named by `userName(1..count)`, externalId `ext-N`, and the counters. */
export async function seedUsers(count: number, userName: (n: number) => string): Promise<void> {
  for (let from = 1; from <= count; from += PIECE) {
    const rows = Array.from({ length: Math.min(PIECE, count - from + 1) }, (_, i) => [
      userName(from + i),
      `ext-${from + i}`,
    ]);
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
         attributes, registration, created_at, updated_at, version)
       SELECT value ->> 0, value ->> 0, value ->> 0, value ->> 1, 'saml', 'user', 1, 'Jane', 'Example', '{}', 1, ?2, ?2, 1
       FROM json_each(?1)`,
    )
      .bind(JSON.stringify(rows), START_MS)
      .run();
  }
  await env.DB.prepare('UPDATE portal SET user_count = user_count + ?1, active_count = active_count + ?1')
    .bind(count)
    .run();
}
