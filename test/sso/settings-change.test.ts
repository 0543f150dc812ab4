// What becomes of the settings of single sign-on when fields, metadata or certificates change, and what is refused.
import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/sso/certificate.ts';
import type { SsoSettings } from '../../src/sso/settings.ts';
import { type TypedSettings, withMetadata, withoutCertificate, withTyped } from '../../src/sso/settings-change.ts';
import { START_MS } from '../support/portal.ts';
import { DAY_MS, ISSUER, identityFor, SIGN_IN_URL, SIGN_OUT_URL, settingsWith } from '../support/provider.ts';

const made = { first: '', second: '', third: '', expired: '' };
beforeAll(async () => {
  made.first = (await identityFor(90)).certificateBase64;
  made.second = (await identityFor(400)).certificateBase64;
  made.third = (await identityFor(500)).certificateBase64;
  made.expired = (await identityFor(10, 'idp.example', START_MS - 100 * DAY_MS)).certificateBase64;
});

const typed = (more: Partial<TypedSettings> = {}): TypedSettings => ({
  issuer: ISSUER,
  signInUrl: SIGN_IN_URL,
  signOutUrl: SIGN_OUT_URL,
  certificates: [made.first],
  ...more,
});
const outcome = (more: Partial<TypedSettings>, before = settingsWith([])) => {
  const changed = withTyped(before, typed(more), START_MS);
  return changed.ok ? changed.settings : [changed.field, changed.failure.code, changed.failure.detail];
};

describe('fields', () => {
  it('make settings that are off, where there were none', () => {
    expect(withTyped(undefined, typed(), START_MS)).toEqual({ ok: true, settings: settingsWith([made.first]) });
  });

  it('keep state, test and certificates of before', () => {
    const before = settingsWith([made.first], { state: 'on', testedHash: 'x' });
    expect(outcome({ certificates: ['', made.second], issuer: ` ${ISSUER}2\n`, signOutUrl: ' ' }, before)).toEqual({
      ...before,
      issuer: `${ISSUER}2`,
      signOutUrl: null,
      certificates: [made.first, made.second],
    });
  });

  it('may lead to this very machine without HTTPS, for trying it out', () => {
    for (const signInUrl of ['http://localhost:4000/sso', 'http://127.0.0.1:4000/', 'http://[::1]/']) {
      expect(outcome({ signInUrl })).toMatchObject({ signInUrl });
    }
  });

  it('take the sign-out pages of Okta and Entra', () => {
    for (const signOutUrl of [
      'https://acme.okta.com/login/signout',
      'https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0',
    ]) {
      expect(outcome({ signOutUrl })).toMatchObject({ signOutUrl });
    }
  });

  it.each<[Partial<TypedSettings>, unknown, string]>([
    [{ issuer: '' }, 'issuer', 'The issuer is missing'],
    [{ issuer: 'two words' }, 'issuer', 'no spaces'],
    [{ issuer: 'x'.repeat(1025) }, 'issuer', 'at most 1024'],
    [{ signInUrl: '' }, 'signInUrl', 'The sign-in URL is missing'],
    [{ signInUrl: 'http://idp.example/' }, 'signInUrl', 'must begin with https://'],
    [{ signInUrl: 'http://localhost.example/' }, 'signInUrl', 'must begin with https://'],
    [{ signInUrl: 'javascript:alert(1)' }, 'signInUrl', 'must begin with https://'],
    [{ signInUrl: 'https://idp.example/#x' }, 'signInUrl', 'behind #'],
    [{ signInUrl: 'https://a@idp.example/' }, 'signInUrl', 'user name or a password'],
    [{ signInUrl: 'https://idp.example/a b' }, 'signInUrl', 'no spaces'],
    [{ signInUrl: 'https://' }, 'signInUrl', 'is no address'],
    [{ signInUrl: `https://idp.example/${'x'.repeat(2000)}` }, 'signInUrl', 'is no address'],
    [{ signOutUrl: 'ftp://idp.example' }, 'signOutUrl', 'The sign-out URL must begin'],
    [
      { signOutUrl: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/saml2' },
      'signOutUrl',
      'Enter https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0 instead',
    ],
    [{ signOutUrl: ' https://LOGIN.microsoftonline.com/acme.example/SAML2/?x=1' }, 'signOutUrl', 'wsignout1.0'],
    [{ certificates: [] }, 0, 'The certificate is missing'],
    [{ certificates: ['', 'x y!'] }, 1, 'other characters'],
  ])('with %j are refused at %s', (more, field, words) => {
    const [where, code, detail] = outcome(more) as unknown[];
    expect([where, code]).toEqual([field, 'invalid_value']);
    expect(detail).toContain(words);
  });

  it('take no certificate twice, no third and no expired one', () => {
    expect(outcome({ certificates: [made.first, made.first] })).toEqual([
      1,
      'invalid_value',
      expect.stringContaining('already'),
    ]);
    expect(outcome({ certificates: [made.expired] })).toEqual([
      0,
      'invalid_value',
      expect.stringContaining('expired on'),
    ]);
    const two = settingsWith([made.first, made.second]);
    expect(outcome({ certificates: [made.third] }, two)).toEqual([
      0,
      'invalid_value',
      expect.stringContaining('remove one first'),
    ]);
    expect(outcome({ certificates: [] }, two)).toEqual(two);
  });
});

describe('metadata', () => {
  it('replaces everything but the state and the sign-out URL, the certificates too', () => {
    const certificate = readCertificate(made.second);
    const metadata = {
      issuer: 'https://other.example/',
      signInUrl: 'https://other.example/sso',
      certificates: certificate.ok ? [certificate.value] : [],
      remarks: [],
    };
    const before = settingsWith([made.first], { state: 'on', testedHash: 'x' });
    expect(withMetadata(before, metadata)).toEqual({
      state: 'on',
      testedHash: 'x',
      issuer: 'https://other.example/',
      signInUrl: 'https://other.example/sso',
      signOutUrl: SIGN_OUT_URL,
      certificates: [made.second],
    });
    expect(withMetadata(undefined, metadata)).toMatchObject({ state: 'off', testedHash: null });
  });

  it.each<[string, Partial<SsoSettings>, () => string[], () => string[], () => string[]]>([
    ['one beside the new one', {}, () => [made.first], () => [made.second], () => [made.first, made.second]],
    [
      'the one that came last, of two',
      {},
      () => [made.first, made.second],
      () => [made.third],
      () => [made.second, made.third],
    ],
    ['none where two come', {}, () => [made.first], () => [made.second, made.third], () => [made.second, made.third]],
    [
      'the order where nothing is new',
      {},
      () => [made.first, made.second],
      () => [made.second],
      () => [made.first, made.second],
    ],
    [
      'none of another issuer',
      { issuer: 'https://old.example' },
      () => [made.first],
      () => [made.second],
      () => [made.second],
    ],
    ['none while it is off', { state: 'off' }, () => [made.first], () => [made.second], () => [made.second]],
  ])('keeps of the old certificates, while people sign in by it, %s', (_, own, before, wanted, after) => {
    const certificates = wanted().flatMap((one) => {
      const read = readCertificate(one);
      return read.ok ? [read.value] : [];
    });
    const metadata = { issuer: ISSUER, signInUrl: SIGN_IN_URL, certificates, remarks: [] };
    const settings = settingsWith(before(), { state: 'on', ...own });
    expect(withMetadata(settings, metadata).certificates).toEqual(after());
  });
});

describe('a certificate', () => {
  const fingerprint = (base64: string) => {
    const read = readCertificate(base64);
    return read.ok ? read.value.fingerprint : '';
  };

  it('is taken away by its fingerprint, whichever place it has', () => {
    const both = settingsWith([made.first, made.second]);
    for (const [gone, left] of [
      [made.first, made.second],
      [made.second, made.first],
    ] as const) {
      const plain = fingerprint(gone).replaceAll(':', '').toLowerCase();
      expect(withoutCertificate(both, fingerprint(gone))).toEqual({ ok: true, value: settingsWith([left]) });
      expect(withoutCertificate(both, plain)).toEqual({ ok: true, value: settingsWith([left]) });
    }
  });

  it('that is not there is said to be gone, and the last one stays while people sign in by it', () => {
    const on = settingsWith([made.first], { state: 'on' });
    expect(withoutCertificate(on, fingerprint(made.second))).toMatchObject({ failure: { code: 'resource_not_found' } });
    expect(withoutCertificate(on, fingerprint(made.first))).toMatchObject({ failure: { code: 'invalid_value' } });
    expect(withoutCertificate({ ...on, state: 'off' }, fingerprint(made.first))).toMatchObject({
      value: { certificates: [] },
    });
  });
});
