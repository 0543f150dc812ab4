// What genuine identity providers send is accepted, and says exactly what they said.
import { beforeAll, describe, expect, it } from 'vitest';
import { acsUrl } from '../../src/sso/settings.ts';
import { ACS, field, forge, ISSUER, JANE, type Keys, keys, verified } from '../support/forgery.ts';
import { HOST } from '../support/portal.ts';
import { GENUINE_DOCUMENTS } from './genuine-documents.ts';

let made: Keys;
beforeAll(async () => {
  made = await keys();
});

describe('a genuine response', () => {
  it.each(GENUINE_DOCUMENTS)('is accepted: $what', async (document) => {
    const { certificates = ({ idp }: Keys) => [idp.certificateBase64] } = document;
    const settings = { issuer: ISSUER, certificates: [...certificates(made)] };
    const result = await verified(document.field(made), { settings });
    if (!result.ok) throw new Error(result.failure.detail);
    const expected = { id: '_assertion', issuer: ISSUER, nameId: JANE, ...document.says };
    expect({ ...result.value, attributes: { ...result.value.attributes } }).toMatchObject(expected);
    if (expected.attributes) expect({ ...result.value.attributes }).toEqual(expected.attributes);
  });

  it('may have claims that are called like what every object has', async () => {
    const attributes = { ['__proto__']: 'a', constructor: 'b', toString: 'c' };
    const result = await verified(field(forge(made, { shape: 'okta', attributes })));
    if (!result.ok) throw new Error(result.failure.detail);
    const said = result.value.attributes;
    expect(Object.entries(said)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
      ['toString', ['c']],
    ]);
    expect(said['hasOwnProperty']).toBeUndefined();
  });

  it('is addressed to the one address of the portal', () => {
    expect(acsUrl(HOST)).toBe(ACS);
  });

  it('is refused where the portal has no certificate', async () => {
    const result = await verified(field(forge(made)), { settings: { issuer: ISSUER, certificates: [] } });
    expect(result).toMatchObject({ ok: false, failure: { detail: 'The portal has no certificate to verify with.' } });
  });
});
