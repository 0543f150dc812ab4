// The guides to single sign-on: the portal's own values under the names that Okta and Entra have for them, and what differs by policy.
import { beforeEach, describe, expect, it } from 'vitest';
import type { PresetName } from '../../src/directory/presets.ts';
import { signedIn, type Visitor } from '../support/console.ts';
import { freshPortal, HOST } from '../support/portal.ts';

let admin: Visitor;
const open = async (preset: PresetName = 'sendsafely') => {
  admin = await signedIn((await freshPortal(preset)).sources);
};
beforeEach(() => open());

const URL = `${HOST}/auth/saml2/`;
const html = async (path: string) => (await admin.get(path)).text;
const guide = async (idp: 'okta' | 'entra') =>
  (await html(`/console/connect/sso-${idp}`)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

/** The values to enter elsewhere, by their labels. */
async function values(idp: 'okta' | 'entra'): Promise<Record<string, string>> {
  const fields = [...(await html(`/console/connect/sso-${idp}`)).matchAll(/<dl class="copy">(.*?)<\/dl>/gs)];
  return Object.fromEntries(
    fields.map(([, field = '']) => {
      const [, label = ''] = /<dt>(.*?)<\/dt>/.exec(field) ?? [];
      const [, value = ''] = /<(?:code id="[^"]*"|dd class="chosen")>(.*?)</.exec(field) ?? [];
      return [label, value] as const;
    }),
  );
}

describe('the fields', () => {
  it('of Okta have its names, and the one address three times', async () => {
    expect(await values('okta')).toMatchObject({
      'Single sign-on URL': URL,
      'Audience URI (SP Entity ID)': URL,
      'Default RelayState': URL,
      'Name ID format': 'Unspecified',
      Response: 'Signed',
      'Assertion Signature': 'Signed',
      'Signature Algorithm': 'RSA-SHA256',
      'Digest Algorithm': 'SHA256',
    });
  });

  it('of Entra have its names, and the one address three times', async () => {
    expect(await values('entra')).toMatchObject({
      'Identifier (Entity ID)': URL,
      'Reply URL (Assertion Consumer Service URL)': URL,
      'Relay State': URL,
      'Signing Option': 'Sign SAML response and assertion',
      'Signing Algorithm': 'SHA-256',
      'Unique User Identifier (Name ID)': 'user.userprincipalname',
    });
  });
});

describe.each(['okta', 'entra'] as const)('the guide for %s', (idp) => {
  it('asks for the claims of a first sign-in where there are such, with role and team', async () => {
    await open('sendoso');
    const text = await guide(idp);
    for (const claim of ['user_name', 'email', 'givenName', 'familyName', 'userType', 'division']) {
      expect(text).toContain(` ${claim} `);
    }
    expect(text).toContain('The first sign-in of a person whom the portal does not know makes the account');
  });

  it('sends to provisioning where a sign-in makes no account', async () => {
    const text = await guide(idp);
    expect(text).toContain('A sign-in makes no account in this portal');
    expect(text).not.toContain('familyName');
  });

  it('is reached from Connect and from Authentication Providers, and leads back to both', async () => {
    const path = `/console/connect/sso-${idp}`;
    for (const from of ['/console/connect', '/console/authentication'])
      expect(await html(from)).toContain(`href="${path}"`);
    for (const to of ['/console/connect', '/console/authentication'])
      expect(await html(path)).toContain(`href="${to}"`);
  });
});
