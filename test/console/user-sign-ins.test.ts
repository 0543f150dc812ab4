// Sign-ins, as they are recorded, shown and forgotten.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { browserWords } from '../../src/console/user/browser-words.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { RETENTION_MS } from '../../src/storage/retention.ts';
import { forgetSessions } from '../../src/storage/session-retention.ts';
import { ADMIN, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

const FAR = { deadlineMs: Number.MAX_SAFE_INTEGER };

let portal: Portal;
let admin: Visitor;
let seq = 0;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  seq = (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', ADMIN)).seq;
});

const signIns = () => rows('SELECT user_seq, at, method, user_agent FROM sign_ins ORDER BY seq');
const lastLogin = async () =>
  (await one<{ at: number }>('SELECT last_login_at AS at FROM users WHERE seq = ?', seq)).at;
const entry = (at: number) => ({ user_seq: seq, at, method: 'password', user_agent: 'Test/1.0' });

describe('a sign-in', () => {
  it('is recorded with the session it begins, and is the last one of the user', async () => {
    const first = portal.sources.ms;
    expect([await signIns(), await lastLogin()]).toEqual([[entry(first)], first]);
    portal.sources.ms += 60_000;
    await new Visitor(portal.sources).signIn();
    expect([await signIns(), await lastLogin()]).toEqual([[entry(first), entry(first + 60_000)], first + 60_000]);
  });

  it('makes no new version of the user', async () => {
    const version = 'SELECT version, updated_at FROM users WHERE id = ?';
    const before = await one(version, ADMIN);
    await new Visitor(portal.sources).signIn();
    expect(await one(version, ADMIN)).toEqual(before);
  });

  it('is recorded once although the answer of D1 was lost', async () => {
    const lost = new Faults(firstWrite({ fails: 'Network connection lost.', moment: 'after' }));
    const visitor = new Visitor(portal.sources, lost.over({ ...env }));
    expect((await visitor.signIn()).location).toBe('/console');
    expect([lost.happened, (await signIns()).length]).toEqual([true, 2]);
  });

  it.each([
    ['the password is wrong', async () => undefined, 'not this one, surely'],
    ['the account was deactivated', async () => env.DB.prepare('UPDATE users SET active = 0').run(), undefined],
  ])('is none where %s', async (_why, work, password) => {
    await work();
    const before = await lastLogin();
    portal.sources.ms += 1_000;
    expect((await new Visitor(portal.sources).signIn(ADMIN, password)).status).toBe(401);
    expect([(await signIns()).length, await lastLogin()]).toEqual([1, before]);
  });

  it('is none where the password changes between the check and the session', async () => {
    const change = { meanwhile: () => env.DB.prepare('UPDATE credentials SET set_at = set_at + 1').run() };
    const visitor = new Visitor(portal.sources, new Faults(firstWrite(change)).over({ ...env }));
    expect((await visitor.signIn()).status).toBe(401);
    expect(await signIns()).toHaveLength(1);
  });
});

describe('the cron', () => {
  it('forgets sign-ins of more than thirty days ago, and not one that is a millisecond younger', async () => {
    const start = portal.sources.ms;
    portal.sources.ms += 1;
    await new Visitor(portal.sources).signIn();
    portal.sources.ms = start + RETENTION_MS + 1;
    await runCron(env, portal.sources);
    expect(await signIns()).toEqual([entry(start + 1)]);
  });

  it('takes at most a thousand a run, at five rows read each', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       INSERT INTO sign_ins (user_seq, at, method, user_agent) SELECT ?1, ?2, 'password', 'x' FROM n`,
    )
      .bind(seq, portal.sources.ms)
      .run();
    portal.sources.ms += RETENTION_MS + 1;
    const { db, cost } = countedDb(env.DB);
    expect((await forgetSessions({ DB: db }, portal.sources, FAR)).signIns).toBe(1_000);
    expect(cost.rowsRead).toBeLessThanOrEqual(5_000 + 10);
    expect((await forgetSessions(env, portal.sources, FAR)).signIns).toBe(201);
    expect((await forgetSessions(env, portal.sources, FAR)).signIns).toBe(0);
  });

  it('reads next to nothing where nothing is due', async () => {
    const { db, cost } = countedDb(env.DB);
    await forgetSessions({ DB: db }, portal.sources, FAR);
    expect(cost.rowsRead).toBeLessThanOrEqual(15);
  });
});

describe('the page of the user', () => {
  it('shows the last sign-in, the open sessions and which of them is this one', async () => {
    await new Visitor(portal.sources).signIn();
    portal.sources.ms += 60_000;
    await admin.get('/console');
    const { text } = await admin.get(`/console/users/${seq}`);
    expect(text.match(/\(this one\)/g)).toHaveLength(1);
    expect(text.match(/data-label="Last seen"/g)).toHaveLength(2);
    expect(text.match(/data-label="How"/g)).toHaveLength(2);
    expect(text).toContain('Last signed in');
  });

  it('shows no session that has ended', async () => {
    const other = new Visitor(portal.sources);
    await other.signIn();
    await other.get('/console');
    await other.post('/console/sign-out');
    await env.DB.prepare(
      `INSERT INTO sessions (hash, user_seq, access_epoch, created_at, last_seen_at, expires_at, user_agent)
       VALUES ('epoch', ?1, 99, ?2, ?2, ?2 + 1000000, 'x'), ('old', ?1, 0, 1, 1, ?2, 'x')`,
    )
      .bind(seq, portal.sources.ms)
      .run();
    const { text } = await admin.get(`/console/users/${seq}`);
    expect(text.match(/data-label="Last seen"/g)).toHaveLength(1);
  });
});

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    'Chrome on Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['<script>', 'An unknown browser'],
  ['', 'An unknown browser'],
])('a browser that calls itself %j is %s', (userAgent, words) => {
  expect(browserWords(userAgent)).toBe(words);
});
