// Single sign-on is set up by hand: pasted with mistakes, read from a file, rolled over, and tested with answers of every kind.
import { expect, it } from 'vitest';
import { type Identity, makeIdentity } from '../../../scripts/idp/identity.ts';
import type { SsoSettings } from '../../../src/sso/settings.ts';
import { settingsHash } from '../../../src/sso/sso-store.ts';
import type { TestedPerson, TestResult } from '../../../src/sso/test-result.ts';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

const DAY_MS = 86_400_000;
const HERE = '/console/authentication';
const JANE = 'jane.example@acme.example';

const identityFor = (name: string, days: number): Promise<Identity> =>
  makeIdentity(name, { notBeforeMs: Date.now() - DAY_MS, notAfterMs: Date.now() + days * DAY_MS });

const metadata = ({ certificateBase64 }: Identity) =>
  `<?xml version="1.0"?><EntityDescriptor entityID="https://sts.windows.net/1/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificateBase64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.idp.example/1/saml2"/></IDPSSODescriptor></EntityDescriptor>`;

/** The portal is as it was, afterwards. */
export function authenticationFlows(stage: () => Stage): void {
  it('mistakes are told at their fields, then the settings are saved, and a certificate is rolled over', async () => {
    const { page } = stage();
    const [old, next] = await Promise.all([identityFor('Okta 2025', 12), identityFor('Okta 2026', 700)]);
    await stage().signedInAt(HERE);
    await page.getByLabel('Issuer').fill('http://www.okta.com/exk1example');
    await page.getByLabel('Sign-in URL').fill('http://idp.example/sso');
    await page.getByLabel('Certificate', { exact: true }).fill(old.certificatePem);
    await stage().button('Save').click();
    await page.getByRole('alert').filter({ hasText: 'must begin with https://' }).waitFor();
    expect(await page.getByLabel('Certificate', { exact: true }).inputValue()).toContain('BEGIN CERTIFICATE');
    await page.getByLabel('Sign-in URL').fill('https://idp.example/sso');
    await stage().button('Save').click();
    await page.getByText('Off, not tested').waitFor();
    await page.getByText('Ends soon').waitFor();
    await page
      .getByLabel('or from a file: Second certificate')
      .setInputFiles({ name: 'okta.der', mimeType: '', buffer: Buffer.from(next.certificateBase64, 'base64') });
    await page.waitForFunction("document.querySelector('#certificate1, #certificate0').value.startsWith('MII')");
    await stage().button('Save').click();
    await page.getByText('when the identity provider signs with that one').waitFor();
    expect(await lookAt(page, 'authentication-roll-over')).toEqual([]);
    await page.getByRole('link', { name: 'Remove CN=Okta 2025' }).click();
    await stage().heading('Remove this certificate?').waitFor();
    await stage().button('Remove the certificate').click();
    await page.getByText('The certificate is removed').waitFor();
    expect(await page.getByRole('link', { name: /^Remove CN/ }).count()).toBe(1);
  });

  it('metadata is read from a file, and a test that passed switches on; what changes trust then asks first', async () => {
    const { page } = stage();
    const [identity, next] = await Promise.all([
      identityFor('Microsoft Azure Federated SSO Certificate', 900),
      identityFor('Microsoft Azure Federated SSO Certificate', 1_000),
    ]);
    await stage().signedInAt(HERE);
    await takeOver(stage(), metadata(identity));
    await page.getByText('Saved. Test the settings').waitFor();
    expect(await page.getByLabel('Sign-in URL').inputValue()).toBe('https://login.idp.example/1/saml2');
    for (const [name, id] of Object.entries(await keepTests(stage()))) {
      await stage().go(`${HERE}/test/${id}`);
      await stage().heading('Test of single sign-on').waitFor();
      expect(await lookAt(page, `authentication-test-${name}`)).toEqual([]);
    }
    await stage().go(HERE);
    await stage().button('Switch on').click();
    await page.getByText('Single sign-on is on. Sign-ins').waitFor();
    await takeOver(stage(), metadata(next).replace('windows.net/1/', 'windows.net/2/'));
    await stage().heading('Change single sign-on while it is on?').waitFor();
    expect(await page.getByLabel('End all sessions').isChecked()).toBe(true);
    expect(await lookAt(page, 'authentication-change')).toEqual([]);
    await page.getByRole('link', { name: 'Authentication Providers' }).first().click();
    await page.getByRole('link', { name: 'Switch off' }).click();
    await stage().heading('Switch single sign-on off?').waitFor();
    expect(await lookAt(page, 'authentication-off')).toEqual([]);
    await stage().button('Switch single sign-on off').click();
    await page.getByText('Off, test passed').waitFor();
    await stage().behind(({ DB }) =>
      DB.batch([DB.prepare("UPDATE portal SET sso = '{}'"), DB.prepare('DELETE FROM saml_requests')]),
    );
  });

  it('the guides for Okta and Entra have the values of this portal', async () => {
    const { page, origin } = stage();
    await stage().signedInAt('/console/connect');
    await page.getByRole('link', { name: 'Set up with Okta' }).click();
    await stage().heading('Single sign-on with Okta').waitFor();
    expect(await page.getByText(`${origin}/auth/saml2/`, { exact: true }).count()).toBe(3);
    expect(await lookAt(page, 'connect-sso-okta')).toEqual([]);
    await page.getByRole('link', { name: 'Open Authentication Providers' }).click();
    await page.getByRole('link', { name: 'single sign-on with Entra' }).click();
    await stage().heading('Single sign-on with Microsoft Entra ID').waitFor();
  });
}

/** Chooses the file with the metadata, with the page open. */
async function takeOver(stage: Stage, xml: string): Promise<void> {
  const { page } = stage;
  await page.getByText('From its metadata, all at once').click();
  await page
    .getByLabel('or from a file: Metadata')
    .setInputFiles({ name: 'app.xml', mimeType: 'text/xml', buffer: Buffer.from(xml) });
  await page.waitForFunction("document.querySelector('#metadata').value.includes('EntityDescriptor')");
  await stage.button('Take over the metadata').click();
}

/** Answers to tests; null has not come yet. */
function resultsFor(hash: string): Record<string, TestResult | null> {
  const entra = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
  const attributes = {
    'http://schemas.microsoft.com/identity/claims/tenantid': ['11111111-2222-3333-4444-555555555555'],
    [`${entra}emailaddress`]: [JANE],
    user_name: [JANE],
    division: ['North'],
  };
  const assertion = { issuer: 'https://sts.windows.net/1/', nameId: JANE, nameIdFormat: null, attributes };
  const passed = (person: TestedPerson): TestResult => ({ outcome: 'passed', assertion, person, settingsHash: hash });
  return {
    waiting: null,
    created: passed({
      ...{ kind: 'created', userName: JANE, role: 'sender', team: null },
      ...{ unknownRole: 'king', unknownTeam: 'North' },
    }),
  };
}

/** A test of the admin for each answer, and the settings as tested; gives the ids. */
function keepTests(stage: Stage): Promise<Record<string, string>> {
  return stage.behind(async ({ DB }) => {
    const row = await DB.prepare('SELECT sso FROM portal').first<{ sso: string }>();
    const hash = settingsHash(JSON.parse(row?.sso ?? '{}') as SsoSettings);
    const insert = DB.prepare(
      `INSERT INTO saml_requests (id, purpose, user_seq, result, created_at, expires_at)
       SELECT ?1, 'test', seq, ?2, ?3, ?3 + 900000 FROM users WHERE user_name = 'admin@acme.example'`,
    );
    const tests = Object.entries(resultsFor(hash));
    await DB.batch([
      ...tests.map(([name, result]) => insert.bind(`_${name}`, result && JSON.stringify(result), Date.now())),
      DB.prepare("UPDATE portal SET sso = json_set(sso, '$.testedHash', ?)").bind(hash),
    ]);
    return Object.fromEntries(tests.map(([name]) => [name, `_${name}`]));
  });
}
