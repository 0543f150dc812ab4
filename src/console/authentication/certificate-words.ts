// How long a certificate of the identity provider is still valid, and what there is to do about it. Pure.
import { type Certificate, readCertificate } from '../../sso/certificate.ts';

const DAY_MS = 86_400_000;
/** From then on before its end a certificate is spoken of. */
export const WARN_MS = 30 * DAY_MS;

export type Validity = 'valid' | 'soon' | 'expired' | 'coming';

/** Where a certificate stands at `nowMs`. */
export function validityOf({ notBeforeMs, notAfterMs }: Certificate, nowMs: number): Validity {
  if (notAfterMs <= nowMs) return 'expired';
  if (notBeforeMs > nowMs) return 'coming';
  return notAfterMs - nowMs <= WARN_MS ? 'soon' : 'valid';
}

export const VALIDITY_TAGS: Readonly<Record<Validity, { readonly word: string; readonly look: string }>> = {
  valid: { word: 'Valid', look: 'good' },
  soon: { word: 'Ends soon', look: 'soon' },
  expired: { word: 'Expired', look: 'act' },
  coming: { word: 'Not valid yet', look: 'note' },
};

/** The certificates that are kept. Throws on what no code of ours would have written. */
export function certificatesOf(stored: readonly string[]): readonly Certificate[] {
  return stored.map((base64) => {
    const read = readCertificate(base64);
    if (!read.ok) throw new Error(`a certificate of the portal cannot be read: ${read.failure.detail}`);
    return read.value;
  });
}

/** What the state of all of them asks for; undefined where nothing does. */
export function rollOverAdvice(certificates: readonly Certificate[], nowMs: number): string | undefined {
  const states = certificates.map((one) => validityOf(one, nowMs));
  if (!states.some((state) => state === 'soon' || state === 'expired')) return undefined;
  if (states.some((state) => state === 'valid')) {
    return 'Another one is valid for longer: when the identity provider signs with that one, remove the one that ends.';
  }
  return 'Make a new certificate in the identity provider and add it here before you activate it there: both work at a time. Then remove the old one.';
}

/** The path of the page that removes it. */
export function removalPath({ fingerprint }: Certificate): string {
  return `/console/authentication/certificates/${fingerprint.replaceAll(':', '')}`;
}
