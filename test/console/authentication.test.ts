// Authentication Providers: what the page shows, that its forms change the settings in one commit or nothing at all, and what is asked
// before people are locked out.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificatesOf, removalPath } from '../../src/console/authentication/certificate-words.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { settingsHash } from '../../src/sso/sso-store.ts';
import { type Page, signedIn, type Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, HOST, type Portal, START_MS } from '../support/portal.ts';
import {
  DAY_MS,
  ISSUER,
  identityFor,
  metadata,
  SIGN_IN_URL,
  SIGN_OUT_URL,
  settingsWith,
  ssoRow,
  unfitCertificate,
} from '../support/provider.ts';
import { rows } from '../support/scim.ts';

const HERE = '/console/authentication';
const made = { first: '', firstPem: '', second: '', soon: '', expired: '' };
beforeAll(async () => {
  const first = await identityFor(90, 'first.example');
  [made.first, made.firstPem] = [first.certificateBase64, first.certificatePem];
  made.second = (await identityFor(400, 'second.example')).certificateBase64;
  made.soon = (await identityFor(30, 'soon.example')).certificateBase64;
  made.expired = (await identityFor(10, 'old.example', START_MS - 100 * DAY_MS)).certificateBase64;
});

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const textOf = (html: string) =>
  html
    .replaceAll('<wbr/>', '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const page = async (path = HERE) => textOf((await admin.get(path)).text);
const stored = async () => readSso((await ssoRow()).sso);
const store = (settings: SsoSettings) =>
  env.DB.prepare('UPDATE portal SET sso = ?').bind(JSON.stringify(settings)).run();
const tested = (settings: SsoSettings) => ({ ...settings, testedHash: settingsHash(settings) });
const FIELDS = { issuer: ISSUER, signInUrl: SIGN_IN_URL, signOutUrl: SIGN_OUT_URL };

/** Posts a form of the page as it is now. */
async function send(path: string, fields: Readonly<Record<string, string>>, from = HERE): Promise<Page> {
  const seen = /name="seen" value="([^"]*)"/.exec((await admin.get(from)).text)?.[1] ?? '';
  return admin.post(path, { fields: { seen, ...fields } });
}

describe('the page', () => {
  it('has the values for the identity provider, ready to copy, before anything is set up', async () => {
    const { text } = await admin.get(HERE);
    expect(text).toContain(`<code id="acs">${HOST}/auth/saml2/</code>`);
    expect(text).toContain(`<code id="metadata-url">${HOST}/auth/saml2/metadata</code>`);
    expect(textOf(text)).toContain('Single sign-on Not set up');
    expect(text).not.toContain(`action="${HERE}/test"`);
    expect(text).not.toContain(`action="${HERE}/on"`);
  });

  it('shows each certificate by subject, both fingerprints and dates, and the domains and the app URL to read', async () => {
    await store(settingsWith([made.first]));
    await env.DB.prepare(`UPDATE portal SET email_domains = '["acme.example"]', app_url = '/app'`).run();
    const [certificate] = certificatesOf([made.first]);
    const text = await page();
    expect(text).toContain('CN=first.example Valid');
    expect(text).toContain(certificate?.fingerprint);
    expect(text).toContain(certificate?.thumbprint);
    expect(text).toContain('until Wed, 15 Apr 2026 12:00:00 UTC, in 90 days');
    expect(text).toContain('acme.example npm run portal -- domain add DOMAIN');
    expect(text).toContain('everybody else at /app');
  });

  it.each([
    [30, 'Ends soon', true],
    [31, 'Valid', false],
  ])('speaks of a certificate from 30 days before its end: %d days are "%s"', async (days, word, told) => {
    const { certificateBase64 } = await identityFor(days, 'x.example');
    await store(settingsWith([certificateBase64]));
    const text = await page();
    expect(text).toContain(`CN=x.example ${word}`);
    expect(text.includes('Make a new certificate in the identity provider')).toBe(told);
  });

  it('says how a roll-over ends where another certificate is valid for longer', async () => {
    await store(settingsWith([made.expired, made.second]));
    const text = await page();
    expect(text).toContain('CN=old.example Expired');
    expect(text).toContain('trusted until it is removed, whatever its dates say');
    expect(text).toContain('remove the one that ends');
    expect(text).toContain('Both places for certificates are taken');
  });

  it('costs one call of D1 and few rows, however many sign-ins are waiting', async () => {
    await store(settingsWith([made.first]));
    await env.DB.prepare(
      `INSERT INTO saml_requests (id, purpose, created_at, expires_at) SELECT '_' || value, 'sign_in', 1, ?2 FROM json_each(?1)`,
    )
      .bind(JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i)), START_MS + 600_000)
      .run();
    const { db, cost } = countedDb(env.DB);
    expect((await admin.over({ DB: db }).get(HERE)).status).toBe(200);
    console.log(`authentication: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost).toEqual({ calls: 1, rowsRead: expect.any(Number), rowsWritten: 0 });
    expect(cost.rowsRead).toBeLessThanOrEqual(430);
  });
});

describe('the settings', () => {
  it('are saved as they were pasted, off, and journalled without a value', async () => {
    const sent = await send(HERE, { ...FIELDS, certificate0: made.firstPem, certificate1: made.second });
    expect(sent.location).toBe(`${HERE}?done=saved`);
    expect(await stored()).toEqual(settingsWith([made.first, made.second]));
    const journal = await rows("SELECT * FROM journal WHERE type = 'portal.changed'");
    expect(journal).toHaveLength(1);
    expect(JSON.stringify(journal)).not.toContain('idp.example');
    expect(await page()).toContain('Off, not tested');
  });

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, string, string]>([
    ['no issuer', () => ({ issuer: ' ' }), 'issuer', 'The issuer is missing'],
    ['an address without HTTPS', () => ({ signInUrl: 'http://idp.example' }), 'signInUrl', 'must begin with https://'],
    [
      'a script for an address',
      () => ({ signOutUrl: 'javascript:alert(1)' }),
      'signOutUrl',
      'must begin with https://',
    ],
    ['no certificate', () => ({ certificate0: '' }), 'certificate0', 'The certificate is missing'],
    ['a thumbprint', () => ({ certificate0: 'AB'.repeat(20) }), 'certificate0', 'This is a fingerprint'],
    ['an expired one', () => ({ certificate0: made.expired }), 'certificate0', 'expired on'],
    ['a short key', async () => ({ certificate0: await unfitCertificate('RSA 1024') }), 'certificate0', '1024 bits'],
    ['the same twice', () => ({ certificate1: made.first }), 'certificate1', 'has this certificate already'],
  ])(
    'with %s are refused at the field, with what was typed, and nothing is changed',
    async (_, wrong, field, words) => {
      const fields = { ...FIELDS, certificate0: made.first, certificate1: '', ...(await wrong()) };
      const before = await dump();
      const sent = await send(HERE, fields);
      expect(sent.status).toBe(400);
      expect(textOf(sent.text)).toContain(words);
      expect(sent.text).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
      expect(sent.text).toContain(`value="${fields.issuer}"`);
      expect(sent.text).toContain(fields.certificate0);
      expect(await dump()).toEqual(before);
    },
  );

  it('of a private key say so, and never show it again', async () => {
    const { privateKeyPem } = await identityFor(1);
    const sent = await send(HERE, { ...FIELDS, certificate0: privateKeyPem });
    expect(textOf(sent.text)).toContain('This is a private key');
    expect(sent.text).not.toContain(privateKeyPem.split('\n')[3]);
  });

  it('that somebody else changed meanwhile are not overwritten, and shown as they are', async () => {
    const seen = 'none';
    await store(settingsWith([made.first], { issuer: 'https://theirs.example' }));
    const before = await dump();
    for (const path of [HERE, `${HERE}/metadata`, `${HERE}/change`, `${HERE}/on`, `${HERE}/off`]) {
      const fields = { seen, ...FIELDS, certificate0: made.second, metadata: metadata([made.second]) };
      const sent = await admin.post(path, { fields });
      expect([sent.status, sent.text.includes('Somebody else changed these settings')]).toEqual([412, true]);
      expect(sent.text).toContain('value="https://theirs.example"');
    }
    expect(await dump()).toEqual(before);
  });

  it('find their own work after a lost answer, and say in a 503 that the database failed', async () => {
    await admin.get(HERE);
    const fields = { seen: 'none', ...FIELDS, certificate0: made.first };
    const faulty = (fails: string, moment: 'before' | 'after') =>
      admin.over(new Faults(firstWrite({ fails, moment })).over({ DB: env.DB })).post(HERE, { fields });
    const before = await dump();
    expect((await faulty('D1 DB is overloaded', 'before')).status).toBe(503);
    expect(await dump()).toEqual(before);
    expect((await faulty('Network connection lost.', 'after')).location).toBe(`${HERE}?done=saved`);
    expect(await rows("SELECT 1 FROM journal WHERE type = 'portal.changed'")).toHaveLength(1);
  });

  it('are taken from metadata, which replaces all of them', async () => {
    await store(settingsWith([made.expired], { issuer: 'https://old.example' }));
    const sent = await send(`${HERE}/metadata`, { metadata: metadata([made.first, made.second]) });
    expect(sent.location).toBe(`${HERE}?done=saved`);
    expect(await stored()).toEqual({ ...settingsWith([]), certificates: (await stored())?.certificates });
    expect((await stored())?.certificates.toSorted()).toEqual([made.first, made.second].toSorted());
  });

  it('from metadata say what was not taken', async () => {
    const wants = ' WantAuthnRequestsSigned="true"';
    expect((await send(`${HERE}/metadata`, { metadata: metadata([made.first], wants) })).location).toBe(
      `${HERE}?done=remarks`,
    );
  });

  it('from what is no metadata are refused with what was pasted; a file far larger than a form is still read', async () => {
    const before = await dump();
    const wrong = await send(`${HERE}/metadata`, { metadata: '<rss/>' });
    expect([wrong.status, wrong.text.includes('&lt;rss/&gt;')]).toEqual([400, true]);
    expect(wrong.text).toMatch(/id="metadata"[^>]*aria-invalid="true"/);
    const large = await send(`${HERE}/metadata`, { metadata: `<a>${'"'.repeat(150_000)}</a>` });
    expect([large.status, textOf(large.text).includes('EntityDescriptor')]).toEqual([400, true]);
    expect((await send(`${HERE}/metadata`, { metadata: '"'.repeat(300_000) })).status).toBe(413);
    expect((await send(HERE, { issuer: 'x'.repeat(140_000) })).status).toBe(413);
    expect(await dump()).toEqual(before);
  });
});

describe('a certificate', () => {
  const pathOf = (base64: string) => certificatesOf([base64]).map(removalPath)[0] ?? '';

  it('is removed after a question', async () => {
    await store(settingsWith([made.first, made.second], { state: 'on' }));
    const question = await page(pathOf(made.first));
    expect(question).toContain('CN=first.example');
    expect(question).toContain('Be sure that the identity provider signs with the other one already');
    expect((await send(pathOf(made.first), {}, pathOf(made.first))).location).toBe(`${HERE}?done=removed`);
    expect((await stored())?.certificates).toEqual([made.second]);
  });

  it('that is the only one stays while people sign in by it, also for a form that was made by hand', async () => {
    await store(settingsWith([made.first], { state: 'on' }));
    const before = await dump();
    expect(await page(pathOf(made.first))).toContain('add the next one first');
    const sent = await send(pathOf(made.first), {});
    expect([sent.status, textOf(sent.text).includes('nobody could sign in')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
  });

  it('that the portal does not have has no page', async () => {
    await store(settingsWith([made.first]));
    for (const path of [pathOf(made.second), `${HERE}/certificates/x`]) {
      expect((await admin.get(path)).status).toBe(404);
      expect((await send(path, {})).status).toBe(404);
    }
  });
});

describe('switching', () => {
  it('on is there after a test of exactly these settings, and refused for a form that was made by hand', async () => {
    await store(settingsWith([made.first], { testedHash: settingsHash(settingsWith([made.second])) }));
    expect((await admin.get(HERE)).text).not.toContain(`action="${HERE}/on"`);
    const before = await dump();
    expect((await send(`${HERE}/on`, {})).status).toBe(400);
    expect(await dump()).toEqual(before);
    await store(tested(settingsWith([made.first])));
    expect(await page()).toContain('Off, test passed');
    expect((await send(`${HERE}/on`, {})).location).toBe(`${HERE}?done=on`);
    expect((await stored())?.state).toBe('on');
    expect(await rows("SELECT rule FROM journal WHERE type = 'portal.changed'")).toEqual([{ rule: 'sso_switched_on' }]);
  });

  it('off says first what it means, and warns where no admin has a password', async () => {
    await store(settingsWith([made.first], { state: 'on' }));
    const question = await page(`${HERE}/off`);
    expect(question).toContain('nobody signs in by the identity provider');
    expect(question).toContain('Admins with a password can still sign in.');
    expect(question).not.toContain('No admin has a password');
    await env.DB.prepare('DELETE FROM credentials').run();
    expect(await page(`${HERE}/off`)).toContain('No admin has a password: nobody could open this console any more.');
    expect(await page()).toContain('No admin has a password: when the identity provider cannot be reached');
    expect((await send(`${HERE}/off`, {}, `${HERE}/off`)).location).toBe(`${HERE}?done=off`);
    expect((await stored())?.state).toBe('off');
    expect((await admin.get(`${HERE}/off`)).location).toBe(HERE);
  });
});
