// KV, R2 and rate limits that fail, stall or serve what is old: none of them decides anything, and none is waited for too long.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { createScimKey, revokeKey } from '../../src/auth/key-store.ts';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { always, type Fault, Faults, nth } from '../support/faults.ts';
import { timeFlies } from '../support/flying-time.ts';
import { objectKeys, unwrap } from '../support/lifecycle.ts';
import { sendTo } from '../support/portal.ts';
import { JANE, JANE_PATH, one, patchOf, rows } from '../support/scim.ts';
import { CREATE, KINDS, READS, sendUnder, type World, world } from './world.ts';

let here: World;
beforeEach(async () => {
  here = await world();
  isolateKeyCache.clear();
});

const broken: Fault = { fails: 'KV GET failed: 500 Internal Server Error', moment: 'before' };

describe('a KV that fails at everything', () => {
  it.each(KINDS)('does not touch $name', async (kind) => {
    expect((await sendUnder(always(broken, 'SCIM_KEYS'), here, kind)).reply.status).toBe(kind.status);
  });

  it('keeps nobody from making a key that works, nor from revoking it', async () => {
    const { portal } = here;
    const bindings = new Faults(always(broken, 'SCIM_KEYS')).over(env);
    const wanted = { ownerSeq: portal.ownerSeq, label: 'new', actor: 'cli' };
    const made = unwrap(await createScimKey(bindings, portal.sources, wanted));
    expect(made.inKv).toBe(false);
    const headers = { authorization: `Bearer ${made.username}:${made.password}` };
    const statusOf = async () => (await portal.send('GET', JANE_PATH, undefined, { env: bindings, headers })).status;
    expect(await statusOf()).toBe(200);
    unwrap(await revokeKey(bindings, portal.sources, { keyId: made.keyId, actor: 'cli' }));
    expect(await statusOf()).toBe(401);
  });

  it('and never answers does not keep a key from being made or revoked either', async () => {
    const { portal } = here;
    const faults = new Faults(always({ stalls: 'before' }, 'SCIM_KEYS'));
    const bindings = faults.over(env);
    const wanted = { ownerSeq: portal.ownerSeq, label: 'new', actor: 'cli' };
    const made = unwrap(await timeFlies(faults, () => createScimKey(bindings, portal.sources, wanted)));
    const revoking = () => revokeKey(bindings, portal.sources, { keyId: made.keyId, actor: 'cli' });
    expect(await timeFlies(faults, revoking)).toEqual({ ok: true, value: { changed: true } });
  });
});

describe('a KV that serves what is old', () => {
  it('does not keep a key alive that was revoked', async () => {
    const { portal } = here;
    const faults = new Faults(nth(2, { stale: true }, 'SCIM_KEYS'));
    const bindings = faults.over(env);
    expect((await portal.send('GET', JANE_PATH, undefined, { env: bindings })).status).toBe(200);
    unwrap(await revokeKey(env, portal.sources, { keyId: portal.keyId, actor: 'cli' }));
    isolateKeyCache.clear();
    expect((await portal.send('GET', JANE_PATH, undefined, { env: bindings })).status).toBe(401);
    expect(faults.happened).toBe(true);
  });

  it('does not keep a new key from working', async () => {
    const faults = new Faults(nth(1, { stale: true }, 'SCIM_KEYS'));
    expect((await sendUnder(faults, here, CREATE)).reply.status).toBe(201);
  });
});

it('a D1 read that others have overtaken costs a second look, and never a write on what is gone', async () => {
  const faults = new Faults(({ binding, writes, nth: n }) =>
    binding === 'DB' && !writes && n === 3 ? { stale: true } : undefined,
  );
  const bindings = faults.over(env);
  const rename = (value: string) => patchOf({ op: 'replace', path: 'name.givenName', value });
  const send = (value: string) => here.portal.send('PATCH', JANE_PATH, rename(value), { env: bindings });
  // The second request is shown the user as the first one saw it, and decides by that.
  expect((await send('Ann')).body.meta.version).toBe('W/"2"');
  expect((await send('Eve')).body).toMatchObject({ name: { givenName: 'Eve' }, meta: { version: 'W/"3"' } });
  expect([faults.happened, faults.calls.filter(({ writes }) => writes).length]).toEqual([true, 3]);
});

describe('rate limits that fail or stall', () => {
  it.each<[string, Fault]>([
    ['fail', { fails: 'limit failed', moment: 'before' }],
    ['stall', { stalls: 'before' }],
  ])('and %s make neither a stranger known nor a 401 a 500', async (_how, fault) => {
    const faults = new Faults(({ binding }) => (/AUTH|SAMPLE/.test(binding) ? fault : undefined));
    const headers = { authorization: 'Bearer nobody:nothing' };
    const sent = () =>
      sendTo(faults.over(here.portal.env), here.portal.sources, 'GET', '/Users', undefined, { headers });
    expect((await timeFlies(faults, sent)).status).toBe(401);
    expect(faults.happened).toBe(true);
    expect((await sendUnder(faults, here, READS[0] ?? CREATE)).reply.status).toBe(200);
  });
});

describe('R2', () => {
  const upload = (bindings: typeof env, ownerSeq: number) =>
    putFile(bindings, here.portal.sources, { ownerSeq, name: 'plan.txt', bytes: new Uint8Array(3) });
  const janeSeq = async () => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE)).seq;
  const busy = { ok: false, failure: { code: 'storage_unavailable', retryAfterSeconds: 5 } };

  beforeEach(async () => {
    for (const key of await objectKeys()) await env.FILES.delete(key);
  });

  it.each<[string, Fault]>([
    ['fails', { fails: 'put: Internal Error (10001)', moment: 'before' }],
    ['fails when it has done it', { fails: 'put: Internal Error (10001)', moment: 'after' }],
    ['stalls', { stalls: 'before' }],
  ])(
    'that %s is 503 for an upload and for a download, and no row names bytes that are not there',
    async (_how, fault) => {
      const seq = await janeSeq();
      const stored = unwrap(await upload(env, seq));
      const faults = new Faults(always(fault, 'FILES'));
      const bindings = faults.over(env);
      expect(await timeFlies(faults, () => upload(bindings, seq))).toMatchObject(busy);
      expect(await timeFlies(faults, () => readFile(bindings, stored))).toMatchObject(busy);
      expect(await rows('SELECT id FROM files')).toEqual([{ id: stored.fileId }]);
    },
  );

  it('that stores bytes behind the answer has them taken back', async () => {
    const faults = new Faults(nth(1, { stalls: 'until landed' }, 'FILES'));
    const seq = await janeSeq();
    expect(await timeFlies(faults, () => upload(faults.over(env), seq))).toMatchObject(busy);
    await faults.land();
    await vi.waitFor(async () => expect(await objectKeys()).toEqual([]), { timeout: 20_000 });
  });

  it.each<[string, Fault]>([
    ['fails', { fails: 'delete: Internal Error (10001)', moment: 'before' }],
    ['stalls', { stalls: 'before' }],
    ['stalls when it has done it', { stalls: 'after' }],
  ])('that %s leaves a purge to the next run, once its lease is over', async (_how, fault) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { sources } = here.portal;
    unwrap(await upload(env, await janeSeq()));
    const off = { ...CREATE, method: 'PATCH', path: () => JANE_PATH };
    const kind = { ...off, body: patchOf({ op: 'replace', path: 'active', value: false }), status: 200 };
    const faults = new Faults(nth(1, fault, 'FILES'));
    const { reply } = await timeFlies(faults, () => sendUnder(faults, here, kind));
    expect(reply.status).toBe(200);
    expect(await rows('SELECT state FROM destructions')).toEqual([{ state: 'pending' }]);
    sources.ms += 61_000;
    await workDestructions(env, sources, { deadlineMs: Infinity });
    expect(await rows('SELECT state, objects FROM destructions')).toEqual([{ state: 'done', objects: 1 }]);
    expect(await objectKeys()).toEqual([]);
    vi.restoreAllMocks();
  });
});
