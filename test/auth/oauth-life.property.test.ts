// Any life of clients, secrets, codes and tokens beside a slow model of them: after each step, the access and refresh tokens that work
// are the model's, whatever the isolate's memory says.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { it, vi } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { addAccount, freshPortal, type Portal } from '../support/portal.ts';
import {
  aClient,
  allowed,
  aSecret,
  ask,
  BY_BROWSER,
  BY_SECRET,
  codeIn,
  exchangeOf,
  good,
  postForm,
  requestOf,
  withToken,
} from './oauth-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const pick = fc.nat(7);
const step = fc.oneof(
  fc.record({ do: fc.constant('credentials' as const), pick }),
  fc.record({ do: fc.constant('code' as const), pick }),
  fc.record({ do: fc.constant('code again' as const), pick }),
  fc.record({ do: fc.constant('refresh' as const), pick }),
  fc.record({ do: fc.constant('give back' as const), pick }),
  fc.record({ do: fc.constant('add secret' as const), pick }),
  fc.record({ do: fc.constant('revoke secret' as const), pick }),
  fc.record({ do: fc.constant('revoke client' as const), pick }),
  fc.record({ do: fc.constant('deactivate' as const), pick: fc.nat(1) }),
  fc.record({ do: fc.constant('activate' as const), pick: fc.nat(1) }),
  fc.record({
    do: fc.constant('wait' as const),
    pick: fc.constantFrom(299_999, HOUR_MS / 2, HOUR_MS, 50 * DAY_MS, 90 * DAY_MS),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Secret {
  readonly secretId: string;
  readonly secret: string;
  isRevoked: boolean;
}

interface Client {
  readonly id: string;
  readonly ownerSeq: number;
  readonly isByBrowser: boolean;
  readonly secrets: Secret[];
  isRevoked: boolean;
}

interface Token {
  readonly text: string;
  readonly kind: 'access' | 'refresh';
  readonly client: Client;
  /** The code or the secret that it came of. */
  readonly origin: object;
  endsAt: number;
}

interface Code {
  readonly text: string;
  readonly client: Client;
  readonly endsAt: number;
}

class World {
  readonly clients: Client[] = [];
  readonly codes: Code[] = [];
  readonly inactive = new Set<number>();
  readonly tokens: Token[] = [];
  readonly portal: Portal;

  constructor(portal: Portal) {
    this.portal = portal;
  }

  /** The client may do something now. */
  isAlive({ isRevoked, ownerSeq }: Client): boolean {
    return !isRevoked && !this.inactive.has(ownerSeq);
  }

  /** The model's whole decision. */
  works({ client, endsAt }: Token): boolean {
    return this.isAlive(client) && endsAt > this.portal.sources.ms;
  }

  /** A secret of the client: one that works where there is one. */
  secretOf({ secrets }: Client): Secret | undefined {
    return secrets.find(({ isRevoked }) => !isRevoked) ?? secrets[0];
  }

  /** Ended tokens are tried again all the same. */
  end(isOver: (token: Token) => boolean): void {
    for (const token of this.tokens.filter(isOver)) token.endsAt = 0;
  }

  add(client: Client, origin: object, body: { access_token: string; refresh_token?: string }): void {
    const now = this.portal.sources.ms;
    this.tokens.push({ text: body.access_token, kind: 'access', client, origin, endsAt: now + HOUR_MS });
    if (body.refresh_token === undefined) return;
    this.tokens.push({ text: body.refresh_token, kind: 'refresh', client, origin, endsAt: now + 90 * DAY_MS });
  }
}

/** Asks for tokens with any secret of the client; a client without one cannot. */
async function tokens(world: World, client: Client, fields: Readonly<Record<string, string>>, may: boolean) {
  const secret = world.secretOf(client);
  const { status, body } = await ask(world.portal, { id: client.id, secret: secret?.secret ?? 'none' }, fields);
  const isRight = may && secret !== undefined && !secret.isRevoked && world.isAlive(client);
  expectSame(status === 200, isRight, JSON.stringify([fields['grant_type'], body.error_description]));
  return status === 200 && secret ? { body, secret } : undefined;
}

type Play = (world: World, n: number) => Promise<unknown>;
const chosen = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(list.length, 1)];
const clientOf = (world: World, n: number, isByBrowser: boolean) =>
  chosen(
    world.clients.filter((client) => client.isByBrowser === isByBrowser),
    n,
  );

const PLAYS: Readonly<Record<Step['do'], Play>> = {
  credentials: async (world, n) => {
    const client = clientOf(world, n, false);
    const got = client && (await tokens(world, client, { grant_type: 'client_credentials' }, true));
    if (client && got) world.add(client, got.secret, got.body);
  },
  code: async (world, n) => {
    const client = clientOf(world, n, true);
    if (!client || !world.isAlive(client)) return;
    const text = codeIn(good(await allowed(world.portal.sources, requestOf(client.id))));
    const code = { text, client, endsAt: world.portal.sources.ms + 300_000 };
    const got = await tokens(world, client, exchangeOf(code.text), true);
    if (!got) return;
    world.codes.push(code);
    world.add(client, code, got.body);
  },
  'code again': async (world, n) => {
    const code = chosen(world.codes, n);
    if (!code) return;
    const isHeard = world.isAlive(code.client) && world.secretOf(code.client)?.isRevoked === false;
    await tokens(world, code.client, exchangeOf(code.text), false);
    if (isHeard && code.endsAt > world.portal.sources.ms) world.end(({ origin }) => origin === code);
  },
  refresh: async (world, n) => {
    const token = chosen(
      world.tokens.filter(({ kind }) => kind === 'refresh'),
      n,
    );
    if (!token) return;
    const fields = { grant_type: 'refresh_token', refresh_token: token.text };
    const got = await tokens(world, token.client, fields, world.works(token));
    if (!got) return;
    token.endsAt = world.portal.sources.ms + 90 * DAY_MS;
    world.add(token.client, token.origin, got.body);
  },
  'give back': async (world, n) => {
    const token = chosen(world.tokens, n);
    const secret = token && world.secretOf(token.client);
    if (!token || !secret) return;
    const fields = { token: token.text, client_id: token.client.id, client_secret: secret.secret };
    const { status } = await postForm(world.portal, '/oauth/revoke', fields);
    expectSame(status === 200, world.isAlive(token.client) && !secret.isRevoked, 'give back');
    if (status !== 200) return;
    world.end((other) => other === token || (token.kind === 'refresh' && other.origin === token.origin));
  },
  'add secret': async (world, n) => {
    const client = chosen(world.clients, n);
    const live = client?.secrets.filter(({ isRevoked }) => !isRevoked).length ?? 0;
    if (!client || !world.isAlive(client) || live >= 5) return;
    client.secrets.push({ ...(await aSecret(world.portal.sources, client.id)), isRevoked: false });
  },
  'revoke secret': async (world, n) => {
    const client = chosen(world.clients, n);
    const secret = client && world.secretOf(client);
    if (!client || !secret) return;
    const { secretId } = secret;
    const { changed } = good(
      await revokeSecret(env, world.portal.sources, { clientId: client.id, secretId, actor: 'test' }),
    );
    expectSame(changed, !secret.isRevoked, 'revoke secret');
    secret.isRevoked = true;
    world.end(({ origin }) => origin === secret);
  },
  'revoke client': async (world, n) => {
    const client = chosen(world.clients, n);
    if (!client) return;
    await revokeKey(env, world.portal.sources, { keyId: client.id, actor: 'test' });
    client.isRevoked = true;
  },
  deactivate: (world, n) => setOwner(world, n, false),
  activate: (world, n) => setOwner(world, n, true),
  wait: async (world, ms) => {
    world.portal.sources.ms += ms;
  },
};

async function setOwner(world: World, n: number, isActive: boolean): Promise<void> {
  const seq = world.clients[n]?.ownerSeq ?? 0;
  await env.DB.prepare('UPDATE users SET active = ? WHERE seq = ?').bind(Number(isActive), seq).run();
  if (isActive) world.inactive.delete(seq);
  else world.inactive.add(seq);
}

async function newWorld(): Promise<World> {
  const portal = await freshPortal();
  const world = new World(portal);
  const owners = [portal.ownerSeq, await addAccount('service', 'other@acme.example', 'admin')];
  for (const grant of [BY_SECRET, BY_BROWSER]) {
    for (const ownerSeq of owners) {
      const id = await aClient(portal.sources, ownerSeq, grant);
      const secrets = [{ ...(await aSecret(portal.sources, id)), isRevoked: false }];
      world.clients.push({ id, ownerSeq, isByBrowser: grant === BY_BROWSER, secrets, isRevoked: false });
    }
  }
  return world;
}

function expectSame(is: unknown, should: unknown, what: string): void {
  if (is !== should) throw new Error(`${what}: ${is}, and the model says ${should}`);
}

it('after any steps, the access tokens that SCIM accepts are those of the model', { timeout: 120_000 }, async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const world = await newWorld();
      for (const one of steps) {
        await PLAYS[one.do](world, one.pick);
        for (const token of world.tokens.filter(({ kind }) => kind === 'access')) {
          const { status } = await withToken(world.portal, token.text, 'GET', '/Users/nobody');
          expectSame(status === 404, world.works(token), `${one.do}, then a token of ${token.client.id}`);
          seen += 1;
        }
      }
    }),
    { numRuns: 60 },
  );
  vi.restoreAllMocks();
  if (seen < 300) throw new Error(`only ${seen} tokens were tried`);
});
