// Authentication Providers while people sign in: nothing that is trusted changes before a page has said what, and the sessions of those
// who were trusted end with it where the box is ticked.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificatesOf, removalPath } from '../../src/console/authentication/certificate-words.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { outbox } from '../support/mails.ts';
import { dump, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import {
  DAY_MS,
  ISSUER,
  identityFor,
  metadata,
  SIGN_IN_URL,
  SIGN_OUT_URL,
  settingsWith,
  ssoRow,
} from '../support/provider.ts';
import { rows } from '../support/scim.ts';
import { signInBySso, trustedIdentity } from '../support/sso.ts';

const HERE = '/console/authentication';
const FIELDS = { issuer: ISSUER, signInUrl: SIGN_IN_URL, signOutUrl: SIGN_OUT_URL };
const made = { first: '', second: '', expired: '' };
beforeAll(async () => {
  made.first = (await trustedIdentity()).certificateBase64;
  made.second = (await identityFor(400, 'second.example')).certificateBase64;
  made.expired = (await identityFor(10, 'old.example', START_MS - 100 * DAY_MS)).certificateBase64;
});

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  await store(on([made.first]));
});

const on = (certificates: readonly string[], more: Partial<SsoSettings> = {}) =>
  settingsWith(certificates, { state: 'on', ...more });
const stored = async () => readSso((await ssoRow()).sso);
const store = (settings: SsoSettings) =>
  env.DB.prepare('UPDATE portal SET sso = ?').bind(JSON.stringify(settings)).run();
const textOf = ({ text }: Page) =>
  text
    .replaceAll('<wbr/>', '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const printOf = (base64: string) => certificatesOf([base64])[0]?.fingerprint;
const hiddenIn = ({ text }: Page) =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
const isTicked = ({ text }: Page) => /name="end"[^>]* checked/.test(text);

async function send(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
  const { seen = '' } = hiddenIn(await admin.get(HERE));
  return admin.post(path, { fields: { seen, ...fields } });
}

/** Answers the question as it is, the box aside. */
function confirm(question: Page, more: Readonly<Record<string, string>> = {}): Promise<Page> {
  return admin.post(`${HERE}/change`, { fields: { ...(hiddenIn(question) as Record<string, string>), ...more } });
}

/** Signs somebody in by single sign-on. */
async function person(userName: string): Promise<Visitor> {
  await portal.send('POST', '/Users', { userName });
  const visitor = new Visitor(portal.sources);
  await store(on([made.first], { issuer: 'http://idp.example/app' }));
  expect((await signInBySso(visitor, portal.sources, userName)).status).toBe(303);
  await store(on([made.first]));
  return visitor;
}

const methods = async () => (await rows('SELECT method FROM sessions ORDER BY method')).map(({ method }) => method);

describe('while people sign in, a change', () => {
  it('of issuer, sign-in URL and certificate is shown, old and new, and changes nothing before somebody says so', async () => {
    const before = await dump();
    const xml = metadata([made.second], ' WantAuthnRequestsSigned="true"', 'https://other.example');
    const question = await send(`${HERE}/metadata`, {
      metadata: xml.replaceAll(SIGN_IN_URL, 'https://other.example/sso'),
    });
    expect(question.status).toBe(200);
    for (const part of [
      'Change single sign-on while it is on?',
      `Issuer now ${ISSUER} then https://other.example`,
      `Sign-in URL now ${SIGN_IN_URL} then https://other.example/sso`,
      'Trusted from then on Subject CN=second.example',
      'Not trusted any more Subject CN=idp.example',
      printOf(made.first),
      printOf(made.second),
      'The metadata asks for signed requests',
      'untested',
      'Every active admin gets a mail about it.',
    ]) {
      expect(textOf(question)).toContain(part);
    }
    expect([isTicked(question), textOf(question).includes('No admin has a password')]).toEqual([true, false]);
    expect(await dump()).toEqual(before);
    expect((await confirm(question)).location).toBe(`${HERE}?done=changed`);
    expect(await stored()).toEqual(
      on([made.second], { issuer: 'https://other.example', signInUrl: 'https://other.example/sso' }),
    );
    expect(await rows("SELECT attributes FROM journal WHERE type = 'portal.changed'")).toEqual([
      { attributes: '["sso.issuer","sso.signInUrl","sso.certificates"]' },
    ]);
  });

  it('that adds the next certificate keeps everything else, its box not ticked, and mails at once', async () => {
    await store(on([made.expired]));
    const question = await send(HERE, { ...FIELDS, certificate0: made.second });
    expect([textOf(question).includes('Not trusted any more'), isTicked(question)]).toEqual([false, false]);
    expect((await confirm(question)).location).toBe(`${HERE}?done=changed`);
    expect(await stored()).toEqual(on([made.expired, made.second]));
    expect((await outbox()).at(-1)).toMatchObject({ kind: 'sso_changed', done_at: expect.any(Number) });
    const page = textOf(await admin.get(`${HERE}?done=changed`));
    expect(page).toContain('Whoever is signed in by single sign-on stays so, for 12 hours at most.');
    expect(page).toContain('On, not tested');
  });

  it('by metadata of the same issuer keeps the certificate in use beside the new one', async () => {
    const question = await send(`${HERE}/metadata`, { metadata: metadata([made.second]) });
    expect(textOf(question)).not.toContain('Not trusted any more');
    await confirm(question);
    expect(await stored()).toEqual(on([made.first, made.second]));
  });

  it('warns where no admin has a password', async () => {
    await env.DB.prepare('DELETE FROM credentials').run();
    const question = await send(HERE, { ...FIELDS, signInUrl: 'https://other.example/sso' });
    expect(textOf(question)).toContain('No admin has a password: if this is wrong, nobody can open this console');
    expect(textOf(question)).not.toContain('gets a mail');
  });

  it('of the sign-out URL alone is saved without a question, and nothing at all is no change', async () => {
    expect((await send(HERE, { ...FIELDS, signOutUrl: '' })).location).toBe(`${HERE}?done=saved`);
    expect((await send(HERE, { ...FIELDS, signOutUrl: '' })).location).toBe(`${HERE}?done=same`);
  });

  it('that was asked about is refused where the settings are others by now, or no settings at all', async () => {
    const question = await send(HERE, { ...FIELDS, certificate0: made.second });
    await store(on([made.first], { signOutUrl: null }));
    const before = await dump();
    expect((await confirm(question)).status).toBe(412);
    const { seen = '' } = hiddenIn(await admin.get(HERE));
    for (const wrong of [{ issuer: '' }, { certificate0: '', certificate1: '' }, { certificate1: made.expired }]) {
      expect((await confirm(question, { seen, ...wrong })).status).toBe(400);
    }
    expect(await dump()).toEqual(before);
  });
});

describe('the sessions that single sign-on began', () => {
  const REMOVAL = () => certificatesOf([made.first]).map(removalPath)[0] ?? '';

  it.each<[string, () => Promise<Page>, string]>([
    ['a certificate is removed', () => send(REMOVAL(), { end: 'yes' }), 'removed'],
    ['it is switched off', () => send(`${HERE}/off`, { end: 'yes' }), 'off'],
    [
      'the issuer changes',
      async () => confirm(await send(HERE, { ...FIELDS, issuer: 'https://other.example' }), { end: 'yes' }),
      'changed',
    ],
  ])('end when %s with the box ticked, those of passwords stay', async (_, act, done) => {
    await person('person@acme.example');
    await store(on([made.first, made.second]));
    expect(await methods()).toEqual(['password', 'saml']);
    const sent = await act();
    expect(sent.location).toBe(`${HERE}?done=${done}&ended=yes`);
    expect(await methods()).toEqual(['password']);
    expect(textOf(await admin.get(sent.location ?? ''))).toContain('All sessions that single sign-on began are ended');
  });

  it('stay without it, and the page says so', async () => {
    await person('person@acme.example');
    const sent = await send(`${HERE}/off`, {});
    expect([sent.location, await methods()]).toEqual([`${HERE}?done=off`, ['password', 'saml']]);
    expect(textOf(await admin.get(sent.location ?? ''))).toContain('stays so, for 12 hours at most');
  });

  it('end but for the one that asks', async () => {
    await person('person@acme.example');
    const other = await person('other@acme.example');
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE user_name = 'other@acme.example'").run();
    const question = await other.get(`${HERE}/off`);
    const { seen = '' } = hiddenIn(question);
    expect((await other.post(`${HERE}/off`, { fields: { seen, end: 'yes' } })).location).toContain('done=off');
    expect((await other.get(HERE)).status).toBe(200);
    expect(await methods()).toEqual(['password', 'saml']);
  });

  it('are in the question of removal, which says who is told, and warns where no admin has a password', async () => {
    await store(on([made.first, made.second]));
    expect(textOf(await admin.get(REMOVAL()))).toContain('Every active admin gets a mail about it.');
    expect(textOf(await admin.get(REMOVAL()))).not.toContain('No admin has a password');
    await env.DB.prepare('DELETE FROM credentials').run();
    expect(textOf(await admin.get(REMOVAL()))).toContain('No admin has a password: if this is wrong');
    await store(settingsWith([made.first, made.second]));
    expect(textOf(await admin.get(REMOVAL()))).not.toMatch(/gets a mail|No admin has a password/);
  });

  it('are in the questions of removal and switching off, ticked', async () => {
    await store(on([made.first, made.second]));
    for (const path of [REMOVAL(), `${HERE}/off`]) {
      const question = await admin.get(path);
      expect(isTicked(question)).toBe(true);
      expect(textOf(question)).toContain('Not ticked, whoever is signed in stays so');
    }
  });
});
