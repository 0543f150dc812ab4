// The settings of single sign-on in the portal's row: saved in one commit, never over what somebody else saved meanwhile, and switched on
// only with a test of exactly these.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { readSso } from '../../src/sso/settings.ts';
import { saveSso, settingsHash, switchSso } from '../../src/sso/sso-store.ts';
import { passedTest, recordTest } from '../../src/sso/test-result.ts';
import { always, Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { ISSUER, identityFor, settingsWith, ssoRow } from '../support/provider.ts';
import { rows } from '../support/scim.ts';

let portal: Portal;
let context: SettingsContext;
const made = { first: '', second: '' };
beforeAll(async () => {
  made.first = (await identityFor(90)).certificateBase64;
  made.second = (await identityFor(400)).certificateBase64;
});
beforeEach(async () => {
  portal = await freshPortal();
  context = { db: env.DB, sources: portal.sources, actor: 'break-glass@acme.example' };
});

const stored = async () => (await ssoRow()).sso;
const settings = () => settingsWith([made.first]);
const journal = () => rows("SELECT actor, rule, attributes FROM journal WHERE type = 'portal.changed'");

async function saved(): Promise<string> {
  expect(await saveSso(context, '{}', settings())).toMatchObject({ ok: true });
  return stored();
}

describe('saving', () => {
  it('writes what was meant, with one row in the journal that has no value in it', async () => {
    await saved();
    expect(readSso(await stored())).toEqual(settings());
    expect(await journal()).toEqual([
      {
        actor: 'break-glass@acme.example',
        rule: null,
        attributes: '["sso.issuer","sso.signInUrl","sso.signOutUrl","sso.certificates"]',
      },
    ]);
  });

  it('the same again writes nothing', async () => {
    const before = await dump().then(async () => saved());
    const kept = await dump();
    expect(await saveSso(context, before, settings())).toMatchObject({ ok: true });
    expect(await dump()).toEqual(kept);
  });

  it('over what somebody else saved meanwhile is refused, and changes nothing', async () => {
    await saved();
    const kept = await dump();
    const outcome = await saveSso(context, '{}', settingsWith([made.second]));
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'precondition_failed' } });
    expect(await dump()).toEqual(kept);
  });

  it('finds its own work after a lost answer', async () => {
    const faults = new Faults(firstWrite({ fails: 'Network connection lost.', moment: 'after' }));
    const outcome = await saveSso({ ...context, db: faults.over({ DB: env.DB }).DB }, '{}', settings());
    expect(outcome).toMatchObject({ ok: true });
    expect([faults.happened, (await journal()).length]).toEqual([true, 1]);
  });

  it('without storage is a failure that says so, and writes nothing', async () => {
    const kept = await dump();
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }));
    const outcome = await saveSso({ ...context, db: faults.over({ DB: env.DB }).DB }, '{}', settings());
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'storage_unavailable' } });
    expect(await dump()).toEqual(kept);
  });
});

describe('switching', () => {
  it('on needs settings, a certificate, and a test of exactly these', async () => {
    expect(await switchSso(context, 'on', '{}')).toMatchObject({
      ok: false,
      failure: { detail: expect.stringContaining('not set up') },
    });
    await saveSso(context, '{}', settingsWith([]));
    expect(await switchSso(context, 'on', await stored(), { untested: true })).toMatchObject({
      ok: false,
      failure: { detail: expect.stringContaining('no certificate') },
    });
    await saveSso(context, await stored(), { ...settings(), testedHash: settingsHash(settingsWith([made.second])) });
    const kept = await dump();
    expect(await switchSso(context, 'on', await stored())).toMatchObject({
      ok: false,
      failure: { detail: expect.stringContaining('No test has passed') },
    });
    expect(await dump()).toEqual(kept);
    await saveSso(context, await stored(), { ...settings(), testedHash: settingsHash(settings()) });
    expect(await switchSso(context, 'on', await stored())).toMatchObject({
      ok: true,
      value: { settings: { state: 'on' } },
    });
  });

  it('says in the journal what it did', async () => {
    await saved();
    await switchSso(context, 'on', await stored(), { untested: true });
    await switchSso(context, 'off', await stored());
    expect((await journal()).map(({ rule }) => rule)).toEqual([null, 'sso_switched_on', 'sso_switched_off']);
  });
});

describe('the hash of settings', () => {
  it('is the same in any state and order, and another for whatever a test is about', () => {
    const both = settingsWith([made.first, made.second]);
    expect(settingsHash({ ...both, state: 'on', testedHash: 'x', certificates: [made.second, made.first] })).toBe(
      settingsHash(both),
    );
    const others = [
      settings(),
      { ...both, issuer: `${ISSUER}/` },
      { ...both, signInUrl: 'https://idp.example/other' },
      { ...both, signOutUrl: null },
    ];
    expect(new Set([both, ...others].map(settingsHash)).size).toBe(others.length + 1);
  });
});

describe('the result of a test', () => {
  const assertion = {
    id: '_a',
    issuer: ISSUER,
    nameId: 'jane.example@acme.example',
    nameIdFormat: null,
    inResponseTo: '_request',
    deadAtMs: START_MS + 60_000,
    attributes: { email: ['jane.example@acme.example'] },
  };
  const person = { kind: 'found', seq: 7, userName: 'jane.example@acme.example', isAdmin: false } as const;
  const passed = () => passedTest(assertion, person, settings());
  const refused = { outcome: 'refused', code: 'saml_response_refused', detail: 'It is not signed.' } as const;

  async function request(id: string, purpose = 'test', expiresAt = START_MS + 900_000): Promise<void> {
    await env.DB.prepare(
      'INSERT INTO saml_requests (id, purpose, user_seq, created_at, expires_at) VALUES (?, ?, 1, ?, ?)',
    )
      .bind(id, purpose, START_MS, expiresAt)
      .run();
  }
  const record = async (result: Parameters<typeof recordTest>[2], id = '_request') =>
    recordTest(env.DB, id, result, { expected: await stored(), nowMs: START_MS });
  const result = async () =>
    JSON.parse(String((await rows('SELECT result FROM saml_requests'))[0]?.['result'] ?? 'null'));

  it('that passed is kept with its request, and marks the settings as tested', async () => {
    await saved();
    await request('_request');
    expect(await record(passed())).toEqual({ ok: true, value: true });
    expect(await result()).toEqual(JSON.parse(JSON.stringify(passed())));
    expect(await switchSso(context, 'on', await stored())).toMatchObject({ ok: true });
  });

  it('marks nothing where the settings are others by now', async () => {
    const before = await saved();
    await request('_request');
    await saveSso(context, before, settingsWith([made.second]));
    expect(await recordTest(env.DB, '_request', passed(), { expected: before, nowMs: START_MS })).toMatchObject({
      value: true,
    });
    expect(readSso(await stored())?.testedHash).toBeNull();
  });

  it('that was refused marks nothing, gives way to one that passed, and never the other way round', async () => {
    await saved();
    await request('_request');
    expect(await record(refused)).toEqual({ ok: true, value: true });
    expect(await record({ ...refused, detail: 'Another.' })).toEqual({ ok: true, value: false });
    expect([await result(), readSso(await stored())?.testedHash]).toEqual([refused, null]);
    expect(await record(passed())).toEqual({ ok: true, value: true });
    expect(await record(refused)).toEqual({ ok: true, value: false });
    expect(await result()).toMatchObject({ outcome: 'passed' });
  });

  it('of no living test changes nothing at all', async () => {
    await saved();
    await request('_old', 'test', START_MS);
    await request('_sign-in', 'sign_in');
    const kept = await dump();
    for (const id of ['_request', '_old', '_sign-in', '']) {
      for (const one of [passed(), refused]) expect(await record(one, id)).toEqual({ ok: true, value: false });
    }
    expect(await dump()).toEqual(kept);
  });

  it('finds its own work after a lost answer', async () => {
    const expected = await saved();
    await request('_request');
    const faults = new Faults(firstWrite({ fails: 'Network connection lost.', moment: 'after' }));
    const { DB } = faults.over({ DB: env.DB });
    expect(await recordTest(DB, '_request', passed(), { expected, nowMs: START_MS })).toEqual({
      ok: true,
      value: true,
    });
    expect([faults.happened, readSso(await stored())?.testedHash]).toEqual([true, settingsHash(settings())]);
  });

  it('keeps a bounded part of whatever was sent', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`${i}`.padStart(600, 'n'), Array(100).fill('v'.repeat(5_000))]),
    );
    const kept = JSON.stringify(passedTest({ ...assertion, attributes }, person, settings()));
    expect(kept.length).toBeLessThan(500_000);
    expect(kept).not.toContain('v'.repeat(301));
  });
});
