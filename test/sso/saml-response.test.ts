// The identity provider of our own tests: if its responses were not genuine, refusing forged ones would prove nothing.
import { SAML } from '@node-saml/node-saml';
import { describe, expect, it } from 'vitest';
import { makeIdentity } from '../../scripts/idp/identity.ts';
import { type Shape, signedResponse } from '../../scripts/idp/saml-response.ts';

const ACS = 'https://portal.example/auth/saml2/';
const DAY_MS = 86_400_000;

describe('the identity provider of the tests', () => {
  it.each<Shape>(['okta', 'entra'])('signs responses like those of %s that the library accepts', async (shape) => {
    const nowMs = Date.now();
    const identity = await makeIdentity('idp.example', { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + DAY_MS });
    const response = signedResponse(identity, {
      shape,
      issuer: 'https://idp.example',
      acsUrl: ACS,
      nameId: 'jane.example@acme.example',
      attributes: { givenName: 'Jane & Co', groups: ['one', 'two'] },
      inResponseTo: '_request',
      nowMs,
    });
    const library = new SAML({ callbackUrl: ACS, issuer: ACS, audience: ACS, idpCert: [identity.certificateBase64] });
    const { profile } = await library.validatePostResponseAsync({ SAMLResponse: response });
    expect(profile).toMatchObject({ nameID: 'jane.example@acme.example', inResponseTo: '_request' });
    expect(profile?.['attributes']).toMatchObject({ givenName: 'Jane & Co', groups: ['one', 'two'] });
  });
});
