// What an admin allowed a client: it stands on the client's page with who did it and when it was used, lapses without use, and can be
// ended by itself.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetSessions } from '../../src/storage/session-retention.ts';
import { ask, withToken } from '../auth/oauth-world.ts';
import { ADMIN, signedIn, type Visitor } from '../support/console.ts';
import { authorizePath, makeClient, makeSecret, REDIRECT_URI } from '../support/console-clients.ts';
import { textOf } from '../support/console-keys.ts';
import { Faults, firstWrite, nth } from '../support/faults.ts';
import { sentencesIn } from '../support/log.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let id: string;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  id = await makeClient(admin, 'okta', { label: 'Okta production' });
});

const FAR = { deadlineMs: Number.MAX_SAFE_INTEGER };
const DAY_MS = 86_400_000;

async function allowedAndExchanged(who = admin) {
  const client = { id, secret: await makeSecret(admin, id) };
  const answer = await who.post(authorizePath(id), { fields: { decision: 'allow' } });
  const code = new URL(answer.location ?? '').searchParams.get('code') ?? '';
  const reply = await ask(portal, client, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  return { client, access: String(reply.body.access_token), refresh: String(reply.body.refresh_token) };
}
type Allowed = Awaited<ReturnType<typeof allowedAndExchanged>>;

const page = () => admin.get(`/console/clients/${id}`);
const told = async () => textOf(await page());
const refreshed = ({ client, refresh }: Allowed) =>
  ask(portal, client, { grant_type: 'refresh_token', refresh_token: refresh });
const later = async (days: number) => {
  portal.sources.ms += days * DAY_MS;
  admin = await signedIn(portal.sources);
};
const endPaths = async () =>
  [...(await page()).text.matchAll(/href="(\/console\/clients\/\w+\/access\/\w+)"/g)].map(([, path = '']) => path);

describe('what was allowed', () => {
  it('stands on the page of the client with who did it, also when the cron has come and the code is long over', async () => {
    await allowedAndExchanged();
    expect(await told()).toContain(`${ADMIN} allowed it just now ; last token just now ; unused, it ends in 90 days`);
    portal.sources.ms += 20 * 60_000;
    await forgetSessions(env, portal.sources, FAR);
    expect(await told()).toContain(`${ADMIN} allowed it 20 minutes ago`);
    expect(await told()).toMatch(/…[\w-]{4} made .* last used/);
  });

  it('lapses after 90 days without use, lasts longer with it, and is then forgotten altogether', async () => {
    const allowed = await allowedAndExchanged();
    await later(89);
    await refreshed(allowed);
    await later(89);
    await forgetSessions(env, portal.sources, FAR);
    expect(await told()).toContain(
      `${ADMIN} allowed it 178 days ago ; last token 89 days ago ; unused, it ends in 1 day`,
    );
    await later(2);
    expect(await told()).toContain('Nobody yet, or it has ended.');
    await forgetSessions(env, portal.sources, FAR);
    expect(await rows('SELECT hash FROM oauth_codes')).toEqual([]);
  });

  it('ends with the client: from that moment its tokens change nothing', async () => {
    const allowed = await allowedAndExchanged();
    expect((await withToken(portal, allowed.access, 'GET', '/Users?count=1')).status).toBe(200);
    await admin.post(`/console/clients/${id}/revoke`, { fields: { confirmation: 'Okta production' } });
    expect((await withToken(portal, allowed.access, 'GET', '/Users?count=1')).status).toBe(401);
    const again = await refreshed(allowed);
    expect([again.status, again.body.error]).toEqual([401, 'invalid_client']);
  });

  it('is told of each client by itself', async () => {
    await allowedAndExchanged();
    const other = await makeClient(admin, 'okta', { label: 'Another' });
    expect(textOf(await admin.get(`/console/clients/${other}`))).toContain('Nobody yet, or it has ended.');
  });

  it('is found behind thousands of newer tokens', async () => {
    await allowedAndExchanged();
    await env.DB.prepare(
      `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
       INSERT INTO oauth_tokens (hash, key_id, kind, grant_id, scope, created_at, expires_at)
       SELECT 't' || i, 'other', 'access', 'g' || i, 'scim', 1, ? FROM n`,
    )
      .bind(portal.sources.ms + DAY_MS)
      .run();
    expect(await told()).toContain(`${ADMIN} allowed it just now`);
  });
});

describe('the end of one access', () => {
  it('is asked about first, ends all of its tokens at once, and leaves the other and the client as they are', async () => {
    const first = await allowedAndExchanged();
    portal.sources.ms += 1000;
    const second = await allowedAndExchanged();
    const [, older = ''] = await endPaths();
    const question = textOf(await admin.get(older));
    expect(question).toContain('End this access?');
    expect(question).toContain(`${ADMIN} allowed Okta production`);
    const ended = await admin.post(older);
    expect(ended.location).toBe(`/console/clients/${id}?done=access-ended`);
    expect((await withToken(portal, first.access, 'GET', '/Users?count=1')).status).toBe(401);
    expect((await refreshed(first)).body.error).toBe('invalid_grant');
    expect((await withToken(portal, second.access, 'GET', '/Users?count=1')).status).toBe(200);
    expect((await refreshed(second)).status).toBe(200);
    expect(await endPaths()).toHaveLength(1);
    const [sentence] = sentencesIn((await admin.get('/console/log')).text);
    expect(sentence).toMatch(new RegExp(`^${ADMIN} ended one access of the OAuth client "Okta production"`));
  });

  it('may be the doing of any admin', async () => {
    const { access } = await allowedAndExchanged();
    const [path = ''] = await endPaths();
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    expect((await other.post(path)).status).toBe(303);
    expect((await withToken(portal, access, 'GET', '/Users?count=1')).status).toBe(401);
  });

  it('twice, of another client, or of what is none changes nothing', async () => {
    await allowedAndExchanged();
    const [path = ''] = await endPaths();
    const other = await makeClient(admin, 'okta', { label: 'Another' });
    const before = await dump();
    for (const wrong of [path.replace(id, other), `/console/clients/${id}/access/nothing`]) {
      expect((await admin.get(wrong)).status).toBe(404);
      expect((await admin.post(wrong)).status).toBe(404);
    }
    expect(await dump()).toEqual(before);
    expect((await admin.post(path)).status).toBe(303);
    const after = await dump();
    const again = await admin.post(path);
    expect([again.status, textOf(again)]).toEqual([404, expect.stringContaining('this access has ended already')]);
    expect(await dump()).toEqual(after);
  });

  it('holds when the answer of D1 was lost, and is 503 that changes nothing when D1 sheds load', async () => {
    const { access } = await allowedAndExchanged();
    const [path = ''] = await endPaths();
    const before = await dump();
    const down = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect((await admin.over(down.over({ ...env })).post(path)).status).toBe(503);
    expect(await dump()).toEqual(before);
    const lost = new Faults(nth(2, { fails: 'Network connection lost', moment: 'after' }, 'DB'));
    expect((await admin.over(lost.over({ ...env })).post(path)).status).toBe(303);
    expect((await withToken(portal, access, 'GET', '/Users?count=1')).status).toBe(401);
    expect(await rows("SELECT 1 FROM journal WHERE type = 'key.access_ended'")).toHaveLength(1);
  });

  it('catches a refresh that is on its way', async () => {
    const allowed = await allowedAndExchanged();
    const [path = ''] = await endPaths();
    const race = new Faults(firstWrite({ meanwhile: () => admin.post(path) }));
    const reply = await ask(
      portal,
      allowed.client,
      { grant_type: 'refresh_token', refresh_token: allowed.refresh },
      { env: race.over({ DB: env.DB }) },
    );
    expect([reply.status, reply.body.error]).toEqual([400, 'invalid_grant']);
    expect(await rows('SELECT hash FROM oauth_tokens')).toEqual([]);
  });
});
