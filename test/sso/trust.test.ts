// Whom single sign-on trusts, and the sessions that came of it: every change is told by name and by mail, and ends those sessions where
// that is asked for.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import type { SsoSettings } from '../../src/sso/settings.ts';
import { saveSso, switchSso } from '../../src/sso/sso-store.ts';
import { countedDb } from '../support/counted-db.ts';
import { activeAdmins, mailCron, outbox, type WatchedMail, watchMails } from '../support/mails.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { identityFor, settingsWith, ssoRow } from '../support/provider.ts';
import { rows } from '../support/scim.ts';

let portal: Portal;
let mail: WatchedMail;
let context: SettingsContext;
const made = { first: '', second: '' };
beforeAll(async () => {
  made.first = (await identityFor(90)).certificateBase64;
  made.second = (await identityFor(400)).certificateBase64;
});
beforeEach(async () => {
  ({ portal, mail } = watchMails(await freshPortal()));
  context = { db: env.DB, sources: portal.sources, actor: 'break-glass@acme.example' };
});

const stored = async () => (await ssoRow()).sso;
const store = (value: SsoSettings) => env.DB.prepare('UPDATE portal SET sso = ?').bind(JSON.stringify(value)).run();
const settings = () => settingsWith([made.first]);
const journal = () => rows("SELECT rule, attributes FROM journal WHERE type = 'portal.changed'");

async function saved(): Promise<string> {
  expect(await saveSso(context, '{}', settings())).toMatchObject({ ok: true });
  return stored();
}

describe('what is trusted', () => {
  const on = () => settingsWith([made.first], { state: 'on', testedHash: 'x' });
  const changes = async () => (await journal()).map(({ rule, attributes }) => [rule, attributes]);

  it.each<[string, Partial<SsoSettings>, string, string]>([
    ['another issuer', { issuer: 'https://other.example' }, '["sso.issuer"]', 'has another issuer'],
    ['other certificates', {}, '["sso.certificates"]', 'has other certificates'],
    [
      'everything',
      { issuer: 'https://other.example', signInUrl: 'https://other.example/sso', signOutUrl: null },
      '["sso.issuer","sso.signInUrl","sso.signOutUrl","sso.certificates"]',
      'has another issuer, another sign-in URL, another sign-out URL and other certificates',
    ],
  ])('while on, %s is journalled by name and mailed to every active admin', async (_, own, attributes, words) => {
    await store(on());
    const certificates = own.issuer && !own.signInUrl ? [made.first] : [made.second];
    const outcome = await saveSso({ ...context, requestId: 'r1' }, await stored(), { ...on(), ...own, certificates });
    expect(outcome).toMatchObject({ ok: true, value: { mailOf: expect.any(String) } });
    expect(await changes()).toEqual([[null, attributes]]);
    await mailCron(portal);
    expect(mail.to).toEqual(await activeAdmins());
    const [first] = mail.accepted;
    expect(first?.subject).toBe(`[Portal] Single sign-on ${words}`);
    const text = first?.text.replace(/\s+/g, ' ') ?? '';
    for (const part of [
      `Single sign-on ${words} in Portal. Whoever can sign with a certificate that is trusted can sign in as anybody`,
      `What: H${words.slice(1)}`,
      'When: Thu, 15 Jan 2026 12:00:00 UTC',
      'By: break-glass@acme.example',
      'Request: r1',
      'https://portal.example/console/authentication',
      'If none of you meant this, an admin with a password switches single sign-on off there',
      'npm run portal -- sso off --end-sessions',
      'Ask break-glass@acme.example, who made the change.',
      'If it was not break-glass@acme.example, somebody else is signed in as break-glass@acme.example',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('mails nobody about other URLs, nor about settings that nobody signs in by', async () => {
    await store(on());
    await saveSso(context, await stored(), { ...on(), signInUrl: 'https://idp.example/x', signOutUrl: null });
    await store(settings());
    await saveSso(context, await stored(), settingsWith([made.second]));
    expect([await changes(), await outbox()]).toEqual([
      [
        [null, '["sso.signInUrl","sso.signOutUrl"]'],
        [null, '["sso.certificates"]'],
      ],
      [],
    ]);
  });

  it('mails when it is switched on or off, also from the command line', async () => {
    await saved();
    await switchSso({ ...context, actor: 'cli' }, 'on', await stored(), { untested: true });
    await switchSso(context, 'off', await stored(), { ends: { but: undefined } });
    await mailCron(portal);
    const mine = mail.accepted.filter(({ to }) => to === 'break-glass@acme.example');
    expect(mine.map(({ subject }) => subject)).toEqual([
      '[Portal] Single sign-on was switched on',
      '[Portal] Single sign-on was switched off',
    ]);
    expect(mine[0]?.text.replace(/\s+/g, ' ')).toContain('By: the command line of the deployment');
    expect(mine[1]?.text.replace(/\s+/g, ' ')).toContain('switched off. The sessions that it began were ended');
    expect((await changes()).at(-1)).toEqual(['sso_switched_off', '["sso","sso.sessions"]']);
  });

  it('is no mail to a user whose id is the word "portal"', async () => {
    await portal.send('POST', '/Users', { userName: 'portal' });
    await store(on());
    await saveSso(context, await stored(), settingsWith([made.second], { state: 'on' }));
    expect(JSON.parse((await outbox()).at(-1)?.recipients ?? '')).toHaveLength((await activeAdmins()).length);
  });
});

describe('the sessions that single sign-on began', () => {
  const SESSIONS = 10_000;
  const begin = (methods: string) =>
    env.DB.prepare(
      `INSERT INTO sessions (hash, user_seq, access_epoch, created_at, last_seen_at, expires_at, user_agent, method)
       SELECT 'h' || value, value, 0, 0, 0, 9e12, '', ${methods} FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: SESSIONS }, (_, n) => n)))
      .run();
  const count = async () =>
    (await rows('SELECT method, count(*) AS n FROM sessions GROUP BY method')).map((one) => [one['method'], one['n']]);

  it('end with the change that says so, but the one that asks, and no others do, in one batch also of ten thousand', async () => {
    await store(settingsWith([made.first], { state: 'on' }));
    await begin("iif(value % 2, 'saml', 'password')");
    const { db, cost } = countedDb(env.DB);
    const startMs = Date.now();
    await saveSso({ ...context, db }, await stored(), settingsWith([made.second], { state: 'on' }), { but: 'h7' });
    console.log(`end of 5,000 of 10,000 sessions: ${JSON.stringify(cost)}, ${Date.now() - startMs} ms`);
    expect(await count()).toEqual([
      ['password', SESSIONS / 2],
      ['saml', 1],
    ]);
    expect([cost.calls, cost.rowsRead < 2 * SESSIONS]).toEqual([1, true]);
  });

  it('stay where nobody says so, and where nothing is written; end where it is off already', async () => {
    await store(settingsWith([made.first], { state: 'on' }));
    await begin("'saml'");
    await switchSso(context, 'off', await stored());
    expect((await saveSso(context, '{}', settings(), { but: undefined })).ok).toBe(false);
    expect(await count()).toEqual([['saml', SESSIONS]]);
    await switchSso(context, 'off', await stored(), { ends: { but: undefined } });
    expect(await count()).toEqual([]);
    expect((await journal()).at(-1)).toMatchObject({ rule: null, attributes: '["sso.sessions"]' });
  });
});
