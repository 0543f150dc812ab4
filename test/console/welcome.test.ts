// One-time links: who gets one, what uses it, and what does not.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureBreakGlassAdmin } from '../../src/auth/break-glass-admin.ts';
import { LINK_MS } from '../../src/auth/one-time-link.ts';
import { ADMIN, linkFor, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { journalOf, one, rows } from '../support/scim.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  visitor = new Visitor(portal.sources);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function choose(code: string, password = PASSWORD, repeated = password, who = visitor) {
  await who.get('/console/welcome');
  return who.post('/console/welcome', { fields: { code, password, repeated } });
}

describe('a break-glass admin', () => {
  it('is made as an admin with a password, which every admin gets a mail about', async () => {
    const before = (await portal.send('GET', '/Users')).body.totalResults;
    const { seq } = await linkFor(portal.sources);
    expect(await one('SELECT login_type, role, active FROM users WHERE seq = ?', seq)).toEqual({
      login_type: 'password',
      role: 'admin',
      active: 1,
    });
    expect(await rows('SELECT kind, subject FROM outbox')).toEqual([{ kind: 'admin_granted', subject: ADMIN }]);
    expect((await journalOf(ADMIN)).map(({ type, actor }) => [type, actor])).toEqual([['user.created', 'cli']]);
    expect((await portal.send('GET', '/Users')).body.totalResults).toBe(before);
  });

  it('is found again, without a second account or mail', async () => {
    const first = await linkFor(portal.sources);
    expect((await linkFor(portal.sources, 'Admin@ACME.example')).seq).toBe(first.seq);
    expect(await rows('SELECT seq FROM outbox')).toHaveLength(1);
  });

  it.each([
    ['saml', 'active = 1', /comes from the identity provider/],
    ['service', 'active = 1', /service account/],
    ['password', 'active = 0', /is deactivated/],
    ['password', "role = 'user'", /is not an admin/],
    ['password', 'removed_at = 1', /removed user/],
  ] as const)('is refused where the name is that of a %s account with %s', async (loginType, columns, says) => {
    const seq = await addAccount(loginType, 'taken@acme.example', 'admin');
    await env.DB.prepare(`UPDATE users SET ${columns} WHERE seq = ?`).bind(seq).run();
    const refused = await ensureBreakGlassAdmin(env, portal.sources, 'Taken@acme.example', 'cli');
    expect(refused).toMatchObject({
      ok: false,
      failure: { code: 'invalid_value', detail: expect.stringMatching(says) },
    });
  });
});

describe('a link', () => {
  it('sets the password, signs in, ends all sessions before, and is in the journal', async () => {
    const before = await signedIn(portal.sources);
    const { code } = await linkFor(portal.sources);
    const page = await choose(code, 'another quiet otter');
    expect([page.status, page.location]).toEqual([303, '/console']);
    expect((await visitor.get('/console')).status).toBe(200);
    expect((await before.get('/console')).location).toBe('/console/sign-in?why=ended');
    expect((await new Visitor(portal.sources).signIn(ADMIN, 'another quiet otter')).location).toBe('/console');
    expect((await new Visitor(portal.sources).signIn()).status).toBe(401);
    expect((await journalOf(ADMIN)).at(-1)).toMatchObject({
      type: 'user.updated',
      attributes: ['password'],
      actor: ADMIN,
    });
  });

  it('is not used up by being looked at, nor by a password that is not good', async () => {
    const { code } = await linkFor(portal.sources);
    const before = await dump();
    await visitor.get('/console/welcome');
    await visitor.get(`/console/welcome?t=${code}`);
    const wrong = [
      [await choose(code, 'elevenchars'), 'has 11 characters; it takes at least 12'],
      [await choose(code, 'x'.repeat(257)), 'longer than 256 characters'],
      [await choose(code, PASSWORD, `${PASSWORD}.`), 'The two passwords are not the same'],
    ] as const;
    for (const [page, says] of wrong) {
      expect(page.status).toBe(400);
      expect(page.text).toContain(says);
      expect(page.text).toContain(ADMIN);
      expect(page.text).not.toContain(PASSWORD);
    }
    expect(await dump()).toEqual(before);
    expect((await choose(code)).location).toBe('/console');
  });

  it('works once', async () => {
    const { code } = await linkFor(portal.sources);
    await choose(code);
    const second = await choose(code, 'somebody else came by', undefined, new Visitor(portal.sources));
    expect(second.status).toBe(404);
    expect(second.text).toContain('This link does not work');
    expect((await new Visitor(portal.sources).signIn()).location).toBe('/console');
  });

  it('works for one of two that use it at once', async () => {
    const { code } = await linkFor(portal.sources);
    const visitors = ['first of the two', 'other of the two'].map((password) => ({
      password,
      who: new Visitor(portal.sources),
    }));
    const pages = await Promise.all(visitors.map(({ password, who }) => choose(code, password, password, who)));
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 404]);
    const winner = visitors[pages.findIndex(({ status }) => status === 303)];
    expect((await new Visitor(portal.sources).signIn(ADMIN, winner?.password)).location).toBe('/console');
    expect(await rows("SELECT seq FROM journal WHERE type = 'user.updated'")).toHaveLength(1);
  });

  it('works for an hour', async () => {
    const { code } = await linkFor(portal.sources);
    portal.sources.ms += LINK_MS;
    expect((await choose(code)).status).toBe(404);
    portal.sources.ms -= 1;
    expect((await choose(code)).location).toBe('/console');
  });

  it('ends when a newer one is made, and when its admin is none any more', async () => {
    const old = await linkFor(portal.sources);
    const { code, seq } = await linkFor(portal.sources);
    expect((await choose(old.code)).status).toBe(404);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(seq).run();
    expect((await choose(code)).status).toBe(404);
  });

  it.each(['', 'x', 'A'.repeat(43), "' OR 1=1 --"])('is not %j', async (code) => {
    expect((await choose(code)).status).toBe(404);
  });
});

it('neither password nor code nor cookie is in the log or in a row', async () => {
  const printed: string[] = [];
  for (const method of ['log', 'error', 'warn', 'info'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => printed.push(args.map(String).join(' ')));
  }
  const { code } = await linkFor(portal.sources);
  await choose(code);
  await visitor.get('/console');
  await visitor.get(`/console/welcome?t=${code}`);
  await new Visitor(portal.sources).signIn(ADMIN, `${PASSWORD}?`);
  const cookie = visitor.cookies.get('__Host-portcullis') ?? 'none';
  const stored = JSON.stringify(await dump());
  for (const secret of [PASSWORD, code, cookie, visitor.formToken]) {
    expect(stored).not.toContain(secret);
    expect(printed.join('\n')).not.toContain(secret);
  }
  const lines = printed.map((line) => JSON.parse(line));
  expect(lines.map(({ method, route, status }) => [method, route, status])).toContainEqual([
    'POST',
    '/console/welcome',
    303,
  ]);
  expect(printed.join('\n')).not.toContain(ADMIN);
});
