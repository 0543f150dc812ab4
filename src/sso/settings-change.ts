// What becomes of the settings of single sign-on when somebody changes them: by fields, by the identity provider's metadata, or
// by taking a certificate away. Pure; the console and the command line share it.
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { readableTime } from '../printable.ts';
import { readCertificate } from './certificate.ts';
import type { IdpMetadata } from './idp-metadata.ts';
import { readAddress, readIssuer, readSignOut } from './provider-address.ts';
import { MAX_CERTIFICATES, type SsoSettings } from './settings.ts';

/** The fields, as they were typed. `certificates` are those to add, empty ones left out of account. */
export interface TypedSettings {
  readonly issuer: string;
  readonly signInUrl: string;
  /** Empty for none. */
  readonly signOutUrl: string;
  readonly certificates: readonly string[];
}

/** A field, or the place of a certificate among those to add. */
export type SettingsField = 'issuer' | 'signInUrl' | 'signOutUrl' | number;

export type ChangedSettings =
  | { readonly ok: true; readonly settings: SsoSettings }
  | { readonly ok: false; readonly field: SettingsField; readonly failure: Failure };

const NOTHING: SsoSettings = {
  state: 'off',
  issuer: '',
  signInUrl: '',
  signOutUrl: null,
  certificates: [],
  testedHash: null,
};

/** The settings with the fields as they were typed at `nowMs`, and the certificates of `before` besides those to add. The first field
 * that cannot be is named. */
export function withTyped(before: SsoSettings | undefined, typed: TypedSettings, nowMs: number): ChangedSettings {
  const base = before ?? NOTHING;
  const issuer = readIssuer(typed.issuer);
  if (!issuer.ok) return wrong('issuer', issuer.failure);
  const signIn = readAddress(typed.signInUrl, 'The sign-in URL');
  if (!signIn.ok) return wrong('signInUrl', signIn.failure);
  const signOut = readSignOut(typed.signOutUrl);
  if (!signOut.ok) return wrong('signOutUrl', signOut.failure);
  const certificates = [...base.certificates];
  for (const [place, text] of typed.certificates.entries()) {
    if (text.trim() === '') continue;
    const added = addedTo(certificates, text, nowMs);
    if (!added.ok) return wrong(place, added.failure);
    certificates.push(added.value);
  }
  if (certificates.length === 0) {
    return wrong(
      0,
      fail('invalid_value', 'The certificate is missing: without it no response can be trusted.').failure,
    );
  }
  const [issuerText, signInUrl, signOutUrl] = [issuer.value, signIn.value, signOut.value];
  return { ok: true, settings: { ...base, issuer: issuerText, signInUrl, signOutUrl, certificates } };
}

/** The certificate to add, Base64 as it is kept. */
function addedTo(certificates: readonly string[], text: string, nowMs: number): Result<string> {
  const read = readCertificate(text);
  if (!read.ok) return read;
  const { base64, notAfterMs } = read.value;
  if (certificates.includes(base64)) return fail('invalid_value', 'The portal has this certificate already.');
  if (certificates.length >= MAX_CERTIFICATES) {
    return fail('invalid_value', `The portal keeps ${MAX_CERTIFICATES} certificates: remove one first.`);
  }
  if (notAfterMs <= nowMs) {
    return fail('invalid_value', `This certificate expired on ${readableTime(notAfterMs)}: use the present one.`);
  }
  return ok(base64);
}

function wrong(field: SettingsField, failure: Failure): ChangedSettings {
  return { ok: false, field, failure };
}

/** The settings with the fields as they were typed at `nowMs` and no other certificates than `typed.certificates`; those of `before`
 * among them stay as they are. */
export function withExactly(before: SsoSettings, typed: TypedSettings, nowMs: number): ChangedSettings {
  const kept = before.certificates.filter((one) => typed.certificates.includes(one));
  const added = typed.certificates.filter((one) => !kept.includes(one));
  return withTyped({ ...before, certificates: kept }, { ...typed, certificates: added }, nowMs);
}

/** The settings as the metadata has them: what it says replaces what was there, the certificates too. The sign-out URL stays. While people
 * sign in by the same issuer, which may still sign with an old certificate, that stays beside the new one as long as there is room. */
export function withMetadata(before: SsoSettings | undefined, metadata: IdpMetadata): SsoSettings {
  const { issuer, signInUrl } = metadata;
  const wanted = metadata.certificates.map(({ base64 }) => base64);
  const old = before?.certificates ?? [];
  const others = before?.state === 'on' && before.issuer === issuer ? old.filter((one) => !wanted.includes(one)) : [];
  const room = Math.max(0, MAX_CERTIFICATES - wanted.length);
  const stay = others.slice(Math.max(0, others.length - room));
  const kept = old.filter((one) => wanted.includes(one) || stay.includes(one));
  const certificates = [...kept, ...wanted.filter((one) => !kept.includes(one))];
  return { ...(before ?? NOTHING), issuer, signInUrl, certificates };
}

/** The settings without the certificate of that SHA-256 fingerprint, with colons or without. Fails with `resource_not_found` where it
 * is not there, and with `invalid_value` for the last one while single sign-on is on. */
export function withoutCertificate(before: SsoSettings, fingerprint: string): Result<SsoSettings> {
  const wanted = fingerprint.replaceAll(':', '').toUpperCase();
  const certificates = before.certificates.filter((base64) => fingerprintOf(base64) !== wanted);
  if (certificates.length === before.certificates.length) {
    return fail('resource_not_found', 'The portal does not have this certificate any more.');
  }
  if (certificates.length === 0 && before.state === 'on') {
    return fail(
      'invalid_value',
      'This is the only certificate, and single sign-on is on: nobody could sign in. Add another one first, or switch single sign-on off.',
    );
  }
  return ok({ ...before, certificates });
}

function fingerprintOf(base64: string): string | undefined {
  const read = readCertificate(base64);
  return read.ok ? read.value.fingerprint.replaceAll(':', '') : undefined;
}
