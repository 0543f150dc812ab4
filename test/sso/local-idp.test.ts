// The parts of the local identity provider that decide: how it sets a portal up, whom it offers, and whom it answers.

import { env } from 'cloudflare:workers';
import { deflateRawSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../../scripts/idp/answer.ts';
import { readAuthnRequest } from '../../scripts/idp/authn-request.ts';
import { makeIdentity } from '../../scripts/idp/identity.ts';
import { addressesAt, metadataXml } from '../../scripts/idp/metadata.ts';
import { groupsOf } from '../../scripts/idp/people.ts';
import { readPeople } from '../../scripts/idp/people-query.ts';
import { setUp } from '../../scripts/idp/set-up.ts';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { PRESETS, type PresetName } from '../../src/directory/presets.ts';
import { readIdpMetadata } from '../../src/sso/idp-metadata.ts';
import { verifyResponse } from '../../src/sso/verify.ts';
import { addAccount, dump, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { rows } from '../support/scim.ts';

const ADDRESSES = addressesAt('http://127.0.0.1:8788');
const identity = () =>
  makeIdentity('idp.acme.example', { notBeforeMs: START_MS - 1, notAfterMs: START_MS + 86_400_000 });

let portal: Portal;
let context: SettingsContext;
async function begin(preset: PresetName): Promise<void> {
  portal = await freshPortal(preset);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
}
beforeEach(() => begin('sendsafely'));

describe('the set-up', () => {
  it.each(Object.keys(PRESETS) as PresetName[])(
    'of a portal of %s is done once: the second time changes nothing',
    async (preset) => {
      await begin(preset);
      const { certificateBase64 } = await identity();
      const first = await setUp(context, ADDRESSES, certificateBase64);
      expect(first.ok && first.value).toHaveLength(4);
      const kept = await dump();
      expect(await setUp(context, ADDRESSES, certificateBase64)).toEqual({ ok: true, value: [] });
      expect(await dump()).toEqual(kept);
      expect(await rows("SELECT user_name, role FROM users WHERE login_type = 'saml'")).toEqual([
        { user_name: 'sso-admin@acme.example', role: 'admin' },
      ]);
    },
  );

  it('says whose settings it replaced, and takes its new key after the old one is lost', async () => {
    await setUp(context, { ...ADDRESSES, issuer: 'https://idp.acme.example' }, (await identity()).certificateBase64);
    const { certificateBase64 } = await identity();
    expect(await setUp(context, ADDRESSES, certificateBase64)).toEqual({
      ok: true,
      value: ['Single sign-on is on with this identity provider, in place of https://idp.acme.example.'],
    });
    expect((await readPeople(env.DB, certificateBase64)).trustsUs).toBe(true);
  });

  it('by hand gets the same from the metadata, and the sign-out URL from nowhere else', async () => {
    const one = await identity();
    const read = await readIdpMetadata(metadataXml(ADDRESSES, one), START_MS);
    const { issuer, signInUrl } = ADDRESSES;
    const certificates = [{ base64: one.certificateBase64 }];
    expect(read).toMatchObject({ ok: true, value: { issuer, signInUrl, certificates, remarks: [] } });
  });
});

describe('the people', () => {
  it('are those of the portal, each where the sign-in will end so', async () => {
    await setUp(context, ADDRESSES, '');
    await addAccount('saml', 'jane.example@acme.example');
    for (const [name, way] of [
      ['gone', 'DELETE'],
      ['away', 'PATCH'],
    ] as const) {
      await portal.send('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: `${name}@acme.example`,
      });
      const Operations = [{ op: 'replace', value: { active: false } }];
      const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
      await portal.send(way, `/Users/${name}@acme.example`, way === 'PATCH' ? body : undefined);
    }
    const groups = groupsOf(await readPeople(env.DB, ''));
    const found = groups.map(({ title, outcome, people }) => [title, outcome, people.map(({ nameId }) => nameId)]);
    expect(found).toEqual([
      ['Admins', 'in', ['sso-admin@acme.example']],
      ['Users', 'in', ['jane.example@acme.example']],
      ['New people', 'refused', Array(3).fill('jane.example2@acme.example')],
      ['Unknown', 'refused', ['jane.example2@other.example', 'jane.example2@acme.example']],
      ['Deactivated', 'refused', ['away@acme.example']],
      ['Deleted', 'refused', ['gone@acme.example']],
      ['Other accounts', 'refused', ['break-glass@acme.example', 'scim-admin@acme.example']],
    ]);
  });

  it('are made on their first sign-in where the portal makes accounts', async () => {
    await begin('sendoso');
    const groups = groupsOf(await readPeople(env.DB, ''));
    expect(groups.find(({ title }) => title === 'New people')).toMatchObject({ outcome: 'made' });
  });
});

describe('a request', () => {
  const request = (acs: string) =>
    deflateRawSync(
      `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" AssertionConsumerServiceURL="${acs}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${acs}</saml:Issuer></samlp:AuthnRequest>`,
    ).toString('base64');

  it('of a portal of this machine is answered there', () => {
    const acsUrl = 'http://localhost:8787/auth/saml2/';
    expect(readAuthnRequest(request(acsUrl))).toEqual({ ok: true, value: { id: '_1', issuer: acsUrl, acsUrl } });
  });

  it.each([
    ['of a portal elsewhere', request('https://acme.vendor.example/auth/saml2/')],
    ['of another address of this machine', request('http://127.0.0.1:8787/console')],
    ['that is no XML', deflateRawSync('nothing').toString('base64')],
    ['that is not deflated', 'nothing'],
    ['that inflates without end', deflateRawSync(' '.repeat(1_000_000)).toString('base64')],
  ])('%s is not answered', (_what, samlRequest) => {
    expect(readAuthnRequest(samlRequest)).toMatchObject({ ok: false, failure: { code: 'invalid_value' } });
  });
});

describe('an answer', () => {
  const acsUrl = 'http://127.0.0.1:8787/auth/saml2/';
  const wanted = {
    issuer: ADDRESSES.issuer,
    acsUrl,
    nameId: 'jane.example@acme.example',
    claims: { email: 'jane.example@acme.example' },
  };

  it.each([
    ['none', 'okta', null],
    ['none', 'entra', null],
    ['other_name', 'okta', null],
    ['expired', 'okta', /ended .* sign in anew/],
    ['audience', 'entra', /^The audience is/],
    ['unsigned', 'okta', /^The assertion is not signed/],
    ['other_key', 'entra', /^The signature of the response/],
  ] as const)(
    'that has this wrong (%s, like %s) is trusted, or refused for that',
    async (misbehaviour, shape, sentence) => {
      const nowMs = Date.now();
      const one = await makeIdentity('idp.acme.example', { notBeforeMs: nowMs - 1_000, notAfterMs: nowMs + 60_000 });
      const samlResponse = await answer(one, { ...wanted, shape, misbehaviour });
      const settings = { issuer: ADDRESSES.issuer, certificates: [one.certificateBase64] };
      const verified = await verifyResponse({ samlResponse, acsUrl, settings, nowMs });
      if (sentence === null) expect(verified).toMatchObject({ ok: true, value: { nameId: wanted.nameId } });
      else expect(verified).toMatchObject({ ok: false, failure: { detail: expect.stringMatching(sentence) } });
    },
  );
});
