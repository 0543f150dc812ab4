// The test of single sign-on: a request to the identity provider, what arrived in plain words, and only for the admin who made it.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../scripts/idp/identity.ts';
import { type ResponseOptions, signedResponse } from '../../scripts/idp/saml-response.ts';
import { readSso } from '../../src/sso/settings.ts';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { addAccount, dump, freshPortal, HOST, type Portal } from '../support/portal.ts';
import { ISSUER, identityFor, SIGN_IN_URL, settingsWith, ssoRow } from '../support/provider.ts';
import { rows } from '../support/scim.ts';

const HERE = '/console/authentication';
const JANE = 'jane.example@acme.example';
let identity: Identity;
let stranger: Identity;
beforeAll(async () => {
  identity = await identityFor(90);
  stranger = await identityFor(90, 'stranger.example');
});

let portal: Portal;
let admin: Visitor;
async function open(preset: 'sendsafely' | 'sendoso' = 'sendsafely'): Promise<void> {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
  await env.DB.prepare(`UPDATE portal SET sso = ?, email_domains = '["acme.example"]'`)
    .bind(JSON.stringify(settingsWith([identity.certificateBase64])))
    .run();
}
beforeEach(() => open());

const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>');
const stored = async () => readSso((await ssoRow()).sso);

/** Begins a test and gives its id. */
async function begin(): Promise<{ id: string; page: Page }> {
  await admin.get(HERE);
  const page = await admin.post(`${HERE}/test`);
  const [, id = ''] = /authentication\/test\/(_[0-9a-f]{32})/.exec(page.text) ?? [];
  return { id, page };
}

/** What the identity provider's page posts; the answer of the portal. */
function answer(inResponseTo: string, more: Partial<ResponseOptions> = {}, by = identity): Promise<Page> {
  const options: ResponseOptions = {
    shape: 'okta',
    issuer: ISSUER,
    acsUrl: `${HOST}/auth/saml2/`,
    nameId: JANE,
    attributes: { email: JANE, givenName: 'Jane', familyName: 'Example', shoeSize: '42' },
    inResponseTo,
    nowMs: portal.sources.ms,
    ...more,
  };
  const fields = { SAMLResponse: signedResponse(by, options), RelayState: `${HOST}/auth/saml2/` };
  // From another site, without the cookies that are kept from it.
  return new Visitor(portal.sources).post('/auth/saml2/', {
    fields,
    formToken: null,
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://idp.example' },
  });
}

/** A whole test; what its page says. */
async function run(more: Partial<ResponseOptions> = {}, by = identity): Promise<string> {
  const { id } = await begin();
  const answered = await answer(id, more, by);
  expect(answered.location).toBe(`${HERE}/test/${id}`);
  return textOf((await admin.get(`${HERE}/test/${id}`)).text);
}

describe('a test', () => {
  it('leads to the identity provider by a page, without a redirect that browsers would stop', async () => {
    const { id, page } = await begin();
    expect(page.status).toBe(200);
    const to = /class="button" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(to.startsWith(`${SIGN_IN_URL}?SAMLRequest=`)).toBe(true);
    expect(page.headers.get('refresh')).toBe(`1; url=${to}`);
    expect(await rows('SELECT id, purpose, user_seq IS NOT NULL AS mine FROM saml_requests')).toEqual([
      { id, purpose: 'test', mine: 1 },
    ]);
  });

  it('that waits for its answer says what errors of the identity provider mean', async () => {
    const { id } = await begin();
    const text = textOf((await admin.get(`${HERE}/test/${id}`)).text);
    expect(text).toContain('No answer has arrived yet.');
    expect(text).toContain('AADSTS700016');
    expect(textOf((await admin.get(HERE)).text)).toContain('has no answer yet');
  });

  it('has nothing to test before the settings are saved', async () => {
    await env.DB.prepare("UPDATE portal SET sso = '{}'").run();
    await admin.get(HERE);
    const before = await dump();
    expect((await admin.post(`${HERE}/test`)).status).toBe(400);
    expect(await dump()).toEqual(before);
  });
});

describe('a response that is right', () => {
  it('passes the test, shows every claim and whom it would sign in, and signs nobody in', async () => {
    const seq = await addAccount('saml', JANE);
    const sessions = await rows('SELECT hash FROM sessions');
    const text = await run();
    expect(text).toContain('The response is right Test passed');
    expect(text).toContain(`Would sign in as ${JANE}`);
    expect(text).toContain(`Unique User Identifier ${JANE}`);
    expect(text).toMatch(/shoeSize\s+42\s+Not used/);
    expect(text).toContain('Not used: provisioning says who people are');
    expect(await rows('SELECT hash FROM sessions')).toEqual(sessions);
    expect(await rows(`SELECT last_login_at FROM users WHERE seq = ${seq}`)).toEqual([{ last_login_at: null }]);
  });

  it('enables the switch, which is on with one more click', async () => {
    const { id } = await begin();
    await answer(id);
    const { text } = await admin.get(`${HERE}/test/${id}`);
    const seen = /name="seen" value="([^"]*)"/.exec(text)?.[1] ?? '';
    expect((await admin.post(`${HERE}/on`, { fields: { seen } })).location).toBe(`${HERE}?done=on`);
    expect((await stored())?.state).toBe('on');
    expect(textOf((await admin.get(`${HERE}/test/${id}`)).text)).toContain(
      'Single sign-on is on with exactly these settings.',
    );
  });

  it('says so where the settings were changed since, and enables nothing', async () => {
    const { id } = await begin();
    await answer(id);
    await env.DB.prepare(`UPDATE portal SET sso = json_set(sso, '$.signInUrl', 'https://idp.example/other')`).run();
    const page = await admin.get(`${HERE}/test/${id}`);
    expect(page.text).toContain('The settings were changed since');
    expect(page.text).not.toContain(`action="${HERE}/on"`);
  });

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['unknown', async () => undefined, 'The portal has no user', 'Provisioning > Provision on demand'],
    [
      'inactive',
      async () => {
        await addAccount('saml', JANE);
        await env.DB.prepare('UPDATE users SET active = 0 WHERE id = ?').bind(JANE).run();
      },
      'is deactivated',
      'Assignments',
    ],
    [
      'an account with a password',
      () => addAccount('password', JANE),
      'does not sign in by the identity provider',
      'Assignments',
    ],
  ])('of a person who is %s says that they would be refused, and what to change', async (_, prepare, words, change) => {
    await prepare();
    const text = await run();
    expect(text).toContain('Test passed');
    expect(text).toContain('This person would be refused');
    expect(text.toLowerCase()).toContain(words.toLowerCase());
    expect(text).toContain(change);
  });

  it('of a first sign-in says which account it would make, with which role and team, and makes none', async () => {
    await open('sendoso');
    await env.DB.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES ('t1', 'North', 'north', 1)").run();
    const claims = { email: JANE, givenName: 'Jane', familyName: 'Example' };
    const known = await run({ attributes: { ...claims, user_name: JANE, userType: 'manager', division: 'North' } });
    expect(known).toContain(`Would make the account ${JANE}`);
    expect(known).toContain('role manager, team North');
    expect(known).toContain('The user name again: it is the Unique User Identifier, as it must be');
    expect(known).toContain('Role of a first sign-in');
    const unknown = await run({ attributes: { ...claims, userType: 'king', division: 'South' } });
    expect(unknown).toContain('The user type “king” is no role of the portal');
    expect(unknown).toContain('The division “South” names no team of the portal');
    const foreign = await run({ nameId: 'jane@other.example', attributes: { ...claims, email: 'jane@other.example' } });
    expect(foreign).toContain('verified e-mail domains.');
    expect(foreign).toContain('npm run portal -- domain add DOMAIN');
    expect(await rows("SELECT id FROM users WHERE login_type = 'saml'")).toEqual([]);
  });
});

describe('a response that is refused', () => {
  it.each<[string, Partial<ResponseOptions>, boolean, string]>([
    ['signed by another certificate', {}, true, 'certificate'],
    ['for another audience', { audience: 'https://other.example' }, false, 'Audience URI (Okta) or Identifier (Entra)'],
    ['of another issuer', { issuer: 'https://other.example', responseIssuer: 'https://other.example' }, false, 'ssuer'],
  ])(
    '%s shows which check failed and what to change, and nothing of what arrived',
    async (_, more, isStranger, words) => {
      const text = await run(
        { ...more, attributes: { email: 'secret-value@acme.example' } },
        isStranger ? stranger : identity,
      );
      expect(text).toContain('The response was refused');
      expect(text).toContain(words);
      expect(text).toContain('Okta Applications > the app > General > SAML Settings > Edit:');
      expect(text).toContain(`${HOST}/auth/saml2/`);
      expect(text).not.toContain('secret-value');
      expect((await stored())?.testedHash).toBeNull();
      expect((await admin.get(HERE)).text).not.toContain(`action="${HERE}/on"`);
    },
  );
});

describe('what arrived', () => {
  it('is for the admin who tested, and for nobody else', async () => {
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    const { id } = await begin();
    await answer(id);
    expect((await admin.get(`${HERE}/test/${id}`)).status).toBe(200);
    expect((await other.get(`${HERE}/test/${id}`)).status).toBe(404);
    expect((await other.get(HERE)).text).not.toContain(id);
  });

  it('is gone a quarter of an hour later, and was never there for an id that is none', async () => {
    const { id } = await begin();
    await answer(id);
    portal.sources.ms += 15 * 60_000 - 1;
    expect((await admin.get(`${HERE}/test/${id}`)).status).toBe(200);
    portal.sources.ms += 1;
    expect((await admin.get(`${HERE}/test/${id}`)).status).toBe(404);
    expect((await admin.get(`${HERE}/test/_nothing`)).status).toBe(404);
  });
});
