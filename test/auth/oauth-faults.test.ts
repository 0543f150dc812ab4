// D1 in trouble while tokens are given: a lost answer is found again, a lost worker loses nothing that a repeat does not bring back,
// and every fault is a 503 that says when to come again.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { addSecret, revokeSecret } from '../../src/auth/oauth/client-store.ts';
import type { Env } from '../../src/env.ts';
import { randomId } from '../../src/random-id.ts';
import { dies, Faults, firstWrite, type Moment, nth, type Plan } from '../support/faults.ts';
import { timeFlies } from '../support/flying-time.ts';
import { dump, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import {
  allowed,
  ask,
  BY_BROWSER,
  BY_SECRET,
  clientWithSecret,
  codeIn,
  exchangeOf,
  good,
  postForm,
  requestOf,
  tokensByBrowser,
  withToken,
} from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

type Bindings = Partial<Env>;
type Try = (bindings?: Bindings) => Promise<Reply>;

/** Makes something to ask with, and gives the way to ask. */
const ASKED: [name: string, prepare: () => Promise<Try>][] = [
  [
    'client credentials',
    async () => {
      const client = await clientWithSecret(portal, BY_SECRET);
      return (bindings = {}) => ask(portal, client, { grant_type: 'client_credentials' }, { env: bindings });
    },
  ],
  [
    'a refresh token',
    async () => {
      const client = await clientWithSecret(portal, BY_BROWSER);
      const { refresh } = await tokensByBrowser(portal, client);
      const fields = { grant_type: 'refresh_token', refresh_token: refresh };
      return (bindings = {}) => ask(portal, client, fields, { env: bindings });
    },
  ],
  [
    'a code',
    async () => {
      const client = await clientWithSecret(portal, BY_BROWSER);
      const code = codeIn(good(await allowed(portal.sources, requestOf(client.id))));
      return (bindings = {}) => ask(portal, client, exchangeOf(code), { env: bindings });
    },
  ],
];
const CALLS = [1, 2];
const MOMENTS: readonly Moment[] = ['before', 'after'];
const under = (plan: Plan) => new Faults(plan).over({ DB: env.DB });
const works = async ({ body }: Reply) => (await withToken(portal, body.access_token)).status === 200;
const tokens = async () => (await env.DB.prepare('SELECT kind, grant_id FROM oauth_tokens').all()).results;

describe.each(ASKED)('for %s', (name, prepare) => {
  it.each(CALLS.flatMap((n) => MOMENTS.map((moment) => [n, moment] as const)))(
    'a connection lost at call %i, %s it took effect, is tried again, and the answer is tokens that work',
    async (n, moment) => {
      const attempt = await prepare();
      const before = (await tokens()).length;
      const reply = await attempt(under(nth(n, { fails: 'Network connection lost', moment }, 'DB')));
      expect(reply.status).toBe(200);
      expect(await works(reply)).toBe(true);
      expect((await tokens()).length).toBe(before + (name === 'a code' ? 2 : 1));
    },
  );

  it.each(CALLS)(
    'D1 that sheds load at call %i is 503 with Retry-After, nothing is written, and a repeat works',
    async (n) => {
      const attempt = await prepare();
      const before = await dump();
      const reply = await attempt(under(nth(n, { fails: 'D1 DB is overloaded', moment: 'before' }, 'DB')));
      expect([reply.status, reply.body.error, reply.headers.get('retry-after')]).toEqual([
        503,
        'temporarily_unavailable',
        '5',
      ]);
      expect(await dump()).toEqual(before);
      expect(await works(await attempt())).toBe(true);
    },
  );

  it.each(CALLS)('a worker lost before call %i loses nothing: a repeat works', async (n) => {
    const attempt = await prepare();
    await attempt(under(dies(n, 'before')));
    expect(await works(await attempt())).toBe(true);
  });

  it('a worker lost with the answer on its way: the repeat is safe', async () => {
    const attempt = await prepare();
    await attempt(under(dies(2, 'after')));
    const again = await attempt();
    if (name !== 'a code') {
      expect(await works(again)).toBe(true);
      return;
    }
    // A code counts once: nobody has the tokens that it gave, and they end with the repeat.
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    expect(await tokens()).toEqual([]);
  });
});

describe('D1 that never answers', () => {
  it.each(ASKED)('for %s is 503, and what takes effect behind the repeat changes nothing of it', async (_, prepare) => {
    const attempt = await prepare();
    const before = (await tokens()).length;
    const faults = new Faults(firstWrite({ stalls: 'until landed' }));
    const reply = await timeFlies(faults, () => attempt(faults.over({ DB: env.DB })));
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    const again = await attempt();
    expect(await works(again)).toBe(true);
    await faults.land();
    expect(await works(again)).toBe(true);
    // Nobody was told of the tokens that came late; for a code there are none.
    expect((await tokens()).length - before).toBe(2);
  });

  it('lets no token come into being behind the end of its client', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const faults = new Faults(firstWrite({ stalls: 'until landed' }));
    const fields = { grant_type: 'client_credentials' };
    await timeFlies(faults, () => ask(portal, client, fields, { env: faults.over({ DB: env.DB }) }));
    await revokeKey(env, portal.sources, { keyId: client.id, actor: 'test' });
    expect(String(await faults.land())).toContain('guard:key');
    expect(await tokens()).toEqual([]);
  });
});

describe('what an admin does', () => {
  const faulty = (plan: Plan) => ({ ...env, ...under(plan) });
  const LOST = nth(2, { fails: 'Network connection lost', moment: 'after' }, 'DB');

  it('a secret whose making was not answered works, and is one', async () => {
    const { id } = await clientWithSecret(portal, BY_SECRET);
    const wanted = { clientId: id, secretId: randomId(portal.sources), actor: 'test' };
    const { secret } = good(await addSecret(faulty(LOST), portal.sources, wanted));
    expect((await ask(portal, { id, secret }, { grant_type: 'client_credentials' })).status).toBe(200);
    const { results } = await env.DB.prepare("SELECT 1 FROM journal WHERE type = 'key.secret_made'").all();
    expect(results).toHaveLength(2);
  });

  it('a revocation that was not answered holds', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const wanted = { clientId: client.id, secretId: client.secretId, actor: 'test' };
    const third = nth(3, { fails: 'Network connection lost', moment: 'after' }, 'DB');
    expect(good(await revokeSecret(faulty(third), portal.sources, wanted))).toEqual({ changed: true });
    expect((await ask(portal, client, { grant_type: 'client_credentials' })).status).toBe(401);
  });

  it('a code whose writing was not answered is exchanged', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const first = nth(1, { fails: 'Network connection lost', moment: 'after' }, 'DB');
    const address = good(await allowed(portal.sources, requestOf(client.id), under(first)));
    expect(await works(await ask(portal, client, exchangeOf(codeIn(address))))).toBe(true);
  });
});

it('a token that is given back while D1 is in trouble is 503, and a repeat ends it', async () => {
  const client = await clientWithSecret(portal, BY_BROWSER);
  const { access } = await tokensByBrowser(portal, client);
  const fields = { token: access, client_id: client.id, client_secret: client.secret };
  for (const n of CALLS) {
    const bindings = under(nth(n, { fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    expect((await postForm(portal, '/oauth/revoke', fields, { env: bindings })).status).toBe(503);
  }
  expect((await withToken(portal, access)).status).toBe(200);
  expect((await postForm(portal, '/oauth/revoke', fields)).status).toBe(200);
  expect((await withToken(portal, access)).status).toBe(401);
});

it('rate limits and KV that fail keep nobody from tokens, nor from SCIM', async () => {
  const client = await clientWithSecret(portal, BY_SECRET);
  const faults = new Faults(({ binding }) => (binding === 'DB' ? undefined : { fails: 'gone', moment: 'before' }));
  const bindings = faults.over({ ...env });
  const reply = await ask(portal, client, { grant_type: 'client_credentials' }, { env: bindings });
  const headers = { authorization: `Bearer ${reply.body.access_token}` };
  expect((await portal.send('GET', '/Users', undefined, { env: bindings, headers })).status).toBe(200);
  expect(
    (await ask(portal, { ...client, secret: 'x' }, { grant_type: 'client_credentials' }, { env: bindings })).status,
  ).toBe(401);
});
