// Secrets and people's data stay where they belong: not in a table, a log line, an error or a refusal.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshPortal, type Portal, sendTo } from '../support/portal.ts';
import { expectStatus, filtered, JANE, JANE_PATH, jane, make, patchOf, rows } from '../support/scim.ts';

const SECRET = 'correct-horse-battery-staple';

let portal: Portal;
const printed: string[] = [];

beforeEach(async () => {
  portal = await freshPortal();
  printed.length = 0;
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...values) => void printed.push(values.map(String).join(' ')));
  }
});
afterEach(() => vi.restoreAllMocks());

/** Every value of every table there is, as text. */
async function everything(): Promise<string> {
  const tables = await rows<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
  );
  const contents = await Promise.all(tables.map(({ name }) => rows(`SELECT * FROM "${name}"`)));
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['users', 'journal', 'refusals', 'api_keys']));
  return JSON.stringify(contents);
}

/** Every entry of KV, names and values. */
async function everythingInKv(): Promise<string> {
  const { keys } = await env.SCIM_KEYS.list();
  return JSON.stringify(await Promise.all(keys.map(async ({ name }) => [name, await env.SCIM_KEYS.get(name)])));
}

it("a user's password is nowhere after any request that carried it", async () => {
  const bodies: readonly [string, string, unknown][] = [
    ['POST', '/Users', jane({ password: SECRET })],
    ['POST', '/Users', jane({ password: SECRET })],
    ['POST', '/Users', jane({ userName: '', password: SECRET })],
    ['POST', '/Users', jane({ userName: SECRET.repeat(30), password: SECRET })],
    ['POST', '/Users', jane({ active: SECRET, name: SECRET, emails: SECRET })],
    ['PUT', JANE_PATH, jane({ PassWord: SECRET, title: 'Cook' })],
    ['PUT', JANE_PATH, jane({ active: SECRET })],
    ['PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'password', value: SECRET })],
    ['PATCH', JANE_PATH, patchOf({ op: 'add', value: { password: SECRET } })],
    ['PATCH', JANE_PATH, patchOf({ op: SECRET, path: 'title' })],
    ['PATCH', JANE_PATH, patchOf({ op: 'add', path: `emails[value eq "${SECRET}"`, value: 1 })],
    ['PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: SECRET })],
    ['GET', filtered(`password eq "${SECRET}"`), undefined],
    ['GET', filtered(`userName zz "${SECRET}"`), undefined],
    ['GET', `/Users/${SECRET}`, undefined],
    ['GET', `/${SECRET}`, undefined],
    ['GET', `/Users?count=${SECRET}`, undefined],
  ];
  for (const [method, path, body] of bodies) {
    const reply = await portal.send(method, path, body);
    expect(JSON.stringify(reply.body), `${method} ${path}`).not.toContain(SECRET);
  }
  for (const raw of [`{"password":"${SECRET}",}`, `{"password":"${SECRET}`, `{"password":"${SECRET}\\ud800"}`]) {
    const reply = await expectStatus(400, portal.send('POST', '/Users', undefined, { raw }));
    expect(JSON.stringify(reply.body)).not.toContain(SECRET);
  }
  expect(await everything()).not.toContain(SECRET);
  expect(printed.length).toBeGreaterThan(bodies.length);
  expect(printed.join('\n')).not.toContain(SECRET);
});

it('the secret of the key is nowhere but in the head of its admin', async () => {
  for (const authorization of [
    `Bearer ${portal.username}:${portal.password}`,
    `Bearer ${portal.username}:${portal.password}x`,
    `Bearer ${portal.password}`,
    `Digest ${portal.password}`,
    `Basic ${portal.password}`,
    portal.password,
  ]) {
    const headers = { authorization };
    const reply = await sendTo(portal.env, portal.sources, 'GET', '/Users', undefined, { headers });
    expect(JSON.stringify([reply.body, [...reply.headers]])).not.toContain(portal.password);
  }
  const stored = (await everything()) + (await everythingInKv());
  expect(stored).toContain(portal.keyId);
  expect(stored).not.toContain(portal.password);
  expect(stored).not.toContain(portal.password.slice(20, 50));
  expect(printed.join('\n')).not.toContain(portal.password.slice(20, 50));
});

describe('the log', () => {
  it('has one line a request, with ids and codes and without people', async () => {
    await make(portal, jane({ externalId: 'ext-4711', title: 'Clerk' }));
    await portal.send('GET', `${JANE_PATH}?attributes=title`);
    await portal.send('GET', filtered(`userName eq "${JANE}"`));
    await portal.send('POST', '/Users', jane());
    await sendTo(portal.env, portal.sources, 'GET', JANE_PATH);
    const lines = printed.map((line) => JSON.parse(line));
    expect(lines.map(({ event, method, route, status, code }) => [event, method, route, status, code])).toEqual([
      ['request', 'POST', '/Users', 201, undefined],
      ['request', 'GET', '/Users/:id', 200, undefined],
      ['request', 'GET', '/Users', 200, undefined],
      ['request', 'POST', '/Users', 409, 'user_name_in_use'],
      ['request', 'GET', '/Users/:id', 401, 'credential_missing'],
    ]);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(5);
    expect(lines.map(({ keyId }) => keyId)).toEqual([...Array(4).fill(portal.keyId), undefined]);
    expect(printed.join('\n')).not.toMatch(/jane|ext-4711|Clerk|scim-admin/i);
  });
});

describe('refusals', () => {
  it('say what was refused, by which rule and key, without the path, the query or a value', async () => {
    await make(portal);
    await portal.send('POST', '/Users', jane({ title: 'Clerk' }));
    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'userName', value: 'kim@acme.example' }));
    await portal.send('GET', '/Users/nobody@acme.example?x=1');
    const refusals = await rows('SELECT actor, method, route, status, rule FROM refusals ORDER BY seq');
    const actor = portal.keyId;
    expect(refusals).toEqual([
      { actor, method: 'POST', route: '/Users', status: 409, rule: 'user_name_in_use' },
      { actor, method: 'PATCH', route: '/Users/:id', status: 400, rule: 'user_name_immutable' },
      { actor, method: 'GET', route: '/Users/:id', status: 404, rule: 'resource_not_found' },
    ]);
    expect(JSON.stringify(await rows('SELECT * FROM refusals'))).not.toMatch(/jane|kim|nobody|Clerk/);
  });

  it('are never more than a thousand, and the newest is among them', async () => {
    await env.DB.prepare(
      `INSERT INTO refusals (seq, at, actor, method, route, status, rule, detail)
       SELECT value, 1, 'key' || (value % 50), 'GET', 'none', 404, 'old', 'x' || value FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 999 }, (_, i) => i + 1)))
      .run();
    await portal.send('GET', '/Users/nobody');
    const [kept] = await rows<{ n: number; newest: string }>(
      'SELECT count(*) AS n, max(rule) AS newest FROM refusals WHERE seq > 100',
    );
    expect(kept).toEqual({ n: 900, newest: 'resource_not_found' });
    expect(await rows('SELECT seq FROM refusals WHERE seq <= 100')).toEqual([]);
  });

  it('of strangers are a sample, so that a flood cannot fill the table', async () => {
    for (let i = 0; i < 40; i++) await sendTo(portal.env, portal.sources, 'GET', '/Users');
    const [{ n } = { n: 0 }] = await rows<{ n: number }>('SELECT count(*) AS n FROM refusals');
    expect(n).toBeLessThanOrEqual(10);
  });
});
