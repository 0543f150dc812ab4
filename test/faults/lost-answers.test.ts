// A commit that went through and whose acknowledgement was lost is recognised by its mutation id within the same request: the
// client is told of success, and everything is there once.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { createScimKey, listKeys, revokeKey } from '../../src/auth/key-store.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { unwrap } from '../support/lifecycle.ts';
import { expectCountersTrue, JANE_PATH, jane, rowOf, rows } from '../support/scim.ts';
import { BULK, CHANGES, CREATE, type Kind, sendUnder, type World, world } from './world.ts';

let here: World;
beforeEach(async () => {
  here = await world();
});

const lost = () => new Faults(firstWrite({ fails: 'D1_ERROR: Network connection lost.', moment: 'after' }));

/** Everything that a doubled write would show in. */
async function rowsWritten() {
  const versions = 'SELECT id, version, active, registration, removed_at IS NULL AS visible FROM users ORDER BY seq';
  return [
    await rows(versions),
    await rows('SELECT display_name, version FROM groups ORDER BY seq'),
    await rows('SELECT group_seq, user_seq FROM group_members'),
    await rows('SELECT type, subject NOT LIKE ? AS named FROM journal ORDER BY seq', '%@%'),
    await rows('SELECT kind, user_seq, registration FROM destructions'),
    await rows('SELECT user_count, active_count, hidden_count FROM portal'),
  ];
}

it.each([CREATE, ...CHANGES, BULK])('$name is answered and stored as if nothing had happened', async (kind) => {
  const straight = await sendUnder(() => undefined, here, kind);
  const wanted = await rowsWritten();
  here = await world();
  const faults = lost();
  const { reply } = await sendUnder(faults, here, kind);
  expect(faults.happened).toBe(true);
  expect(reply.status).toBe(kind.status);
  expect(withoutIds(reply.body)).toEqual(withoutIds(straight.reply.body));
  expect(reply.headers.get('etag')).toBe(straight.reply.headers.get('etag'));
  expect(await rowsWritten()).toEqual(wanted);
  await expectCountersTrue();
});

function withoutIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/\b[0-9a-f]{32}\b/g, 'id'));
}

it('a create is answered with the user as a GET shows it', async () => {
  const { reply } = await sendUnder(lost(), here, CREATE);
  expect(reply.body).toEqual((await here.portal.send('GET', '/Users/kim@acme.example')).body);
});

it('a removed person comes back once', async () => {
  await here.portal.send('DELETE', JANE_PATH);
  const kind: Kind = { ...CREATE, body: jane() };
  const { reply } = await sendUnder(lost(), here, kind);
  expect(reply.status).toBe(201);
  expect(reply.body).toEqual((await here.portal.send('GET', JANE_PATH)).body);
  expect(await rowOf()).toMatchObject({ registration: 2, version: 3 });
  await expectCountersTrue();
});

it('a key is made once, and its password shown', async () => {
  const { portal } = here;
  const wanted = { ownerSeq: portal.ownerSeq, label: 'new', actor: 'cli' };
  const made = unwrap(await createScimKey(lost().over(env), portal.sources, wanted));
  const keys = await listKeys(env.DB, portal.sources.nowMs());
  expect(keys.filter(({ label }) => label === 'new').map(({ id }) => id)).toEqual([made.keyId]);
  const headers = { authorization: `Bearer ${made.username}:${made.password}` };
  expect((await portal.send('GET', JANE_PATH, undefined, { headers })).status).toBe(200);
  expect(await rows("SELECT 1 FROM journal WHERE type = 'key.created' AND subject = ?", made.keyId)).toHaveLength(1);
});

it('a key is revoked once, and it is said that it changed', async () => {
  const { portal } = here;
  const revoked = await revokeKey(lost().over(env), portal.sources, { keyId: portal.keyId, actor: 'cli' });
  expect(revoked).toEqual({ ok: true, value: { changed: true } });
  expect((await portal.send('GET', JANE_PATH)).status).toBe(401);
  expect(await rows("SELECT 1 FROM journal WHERE type = 'key.revoked'")).toHaveLength(1);
});
