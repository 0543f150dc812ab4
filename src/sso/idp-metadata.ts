// The metadata that an identity provider offers for download (SAML metadata 2.0), read for the few values that the portal keeps.
// It is a file an admin chose, and proves nothing: its own signature is not looked at.
import { fail, ok, type Result } from '../failure.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import type { MetadataValues } from './metadata-tree.ts';
import { readAddress, readIssuer } from './provider-address.ts';
import { MAX_CERTIFICATES } from './settings.ts';

/** The metadata of a whole tenant of Entra has about 70,000. */
export const MAX_METADATA_CHARACTERS = 200_000;

export interface IdpMetadata {
  readonly issuer: string;
  readonly signInUrl: string;
  /** At most `MAX_CERTIFICATES`, the newest first. */
  readonly certificates: readonly Certificate[];
  /** What the portal does otherwise than the file says; sentences. */
  readonly remarks: readonly string[];
}

/** Reads the XML at `nowMs`. Fails with `invalid_value` where it is no metadata of exactly one identity provider. */
export async function readIdpMetadata(text: string, nowMs: number): Promise<Result<IdpMetadata>> {
  const xml = xmlOf(text);
  if (!xml.ok) return xml;
  const { readProvider } = await import('./metadata-tree.ts');
  const provider = readProvider(xml.value);
  if (!provider.ok) return provider;
  const { entityId, signInUrl, certificates: texts } = provider.value;
  const issuer = readIssuer(entityId);
  if (!issuer.ok) return issuer;
  const signIn = readAddress(signInUrl, 'The sign-in URL of the metadata');
  if (!signIn.ok) return signIn;
  const certificates = usableCertificates(texts, nowMs);
  if (!certificates.ok) return certificates;
  const { taken, left } = certificates.value;
  const remarks = remarksOn(provider.value, left);
  return ok({ issuer: issuer.value, signInUrl: signIn.value, certificates: taken, remarks });
}

function remarksOn({ wantsSignedRequests, hasSignOut }: MetadataValues, left: number): readonly string[] {
  return [
    ...(left === 0
      ? []
      : [`The metadata has ${left} more signing certificate${left === 1 ? '' : 's'}, which are not taken.`]),
    ...(wantsSignedRequests
      ? [
          'The metadata asks for signed requests, which the portal does not send: switch that off in the identity provider.',
        ]
      : []),
    // It answers requests, which the portal does not send: a person who only comes there sees an error.
    ...(hasSignOut
      ? [
          'The sign-out URL of the metadata is not taken: it needs a request that the portal does not send. The one that was set stays.',
        ]
      : []),
  ];
}

/** The text as XML without comments, unless it is something else altogether. */
function xmlOf(text: string): Result<string> {
  const xml = text.replace(/^\uFEFF/, '').trim();
  if (xml.length > MAX_METADATA_CHARACTERS)
    return refused('The metadata is too long for that of one identity provider.');
  if (!xml.startsWith('<'))
    return refused('This is no XML: open the metadata of the identity provider, and copy all of it.');
  if (/^<!doctype html|^<html/i.test(xml)) {
    return refused('This is a web page, perhaps the sign-in page of the identity provider, and no metadata.');
  }
  return ok(withoutComments(xml).trim());
}

/** In a document that nothing is proved by, comments change nothing. */
function withoutComments(xml: string): string {
  const pieces = xml.split('-->');
  const last = pieces.pop() ?? '';
  const kept = pieces.map((piece) => {
    const begin = piece.indexOf('<!--');
    return begin === -1 ? `${piece}-->` : piece.slice(0, begin);
  });
  return kept.join('') + last;
}

/** The newest of those that are valid now, then those that will be. */
function usableCertificates(
  texts: readonly string[],
  nowMs: number,
): Result<{ readonly taken: readonly Certificate[]; readonly left: number }> {
  if (texts.length === 0) return refused('The metadata has no signing certificate.');
  const read = texts.map(readCertificate);
  const all = new Map(read.flatMap((one) => (one.ok ? [[one.value.base64, one.value] as const] : [])));
  const lasting = [...all.values()].filter(({ notAfterMs }) => notAfterMs > nowMs);
  const isValid = ({ notBeforeMs }: Certificate) => (notBeforeMs <= nowMs ? 1 : 0);
  lasting.sort((a, b) => isValid(b) - isValid(a) || b.notBeforeMs - a.notBeforeMs);
  if (lasting.length > 0) {
    const taken = lasting.slice(0, MAX_CERTIFICATES);
    return ok({ taken, left: lasting.length - taken.length });
  }
  const wrong = read.find((one) => !one.ok);
  return wrong && !wrong.ok ? wrong : refused('The signing certificates of the metadata have all expired.');
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}
