// The metadata that an identity provider offers for download (SAML metadata 2.0), read for the few values that the portal keeps.
// It is a file an admin chose, and proves nothing: its own signature is not looked at.
import type { XmlElement } from '@xmldom/xmldom/lib/index.js';
import { fail, ok, type Result } from '../failure.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { readAddress, readIssuer } from './provider-address.ts';
import { MAX_CERTIFICATES } from './settings.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
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
  const root = await parse(text);
  if (!root.ok) return root;
  const provider = theProvider(root.value);
  if (!provider.ok) return provider;
  const { entity, role } = provider.value;
  const issuer = readIssuer(entity.getAttribute('entityID') ?? '');
  if (!issuer.ok) return issuer;
  const signIn = readAddress(locationOf(role, 'SingleSignOnService') ?? '', 'The sign-in URL of the metadata');
  if (!signIn.ok) return signIn;
  const certificates = usableCertificates(role, nowMs);
  if (!certificates.ok) return certificates;
  const { taken, left } = certificates.value;
  return ok({
    issuer: issuer.value,
    signInUrl: signIn.value,
    certificates: taken,
    remarks: [
      ...(left === 0
        ? []
        : [`The metadata has ${left} more signing certificate${left === 1 ? '' : 's'}, which are not taken.`]),
      ...(/^(true|1)$/.test(role.getAttribute('WantAuthnRequestsSigned') ?? '')
        ? [
            'The metadata asks for signed requests, which the portal does not send: switch that off in the identity provider.',
          ]
        : []),
      // It answers requests, which the portal does not send: a person who only comes there sees an error.
      ...(locationOf(role, 'SingleLogoutService') === undefined
        ? []
        : [
            'The sign-out URL of the metadata is not taken: it needs a request that the portal does not send. The one that was set stays.',
          ]),
    ],
  });
}

async function parse(text: string): Promise<Result<XmlElement>> {
  const xml = text.replace(/^\uFEFF/, '').trim();
  if (xml.length > MAX_METADATA_CHARACTERS)
    return refused('The metadata is too long for that of one identity provider.');
  if (!xml.startsWith('<'))
    return refused('This is no XML: open the metadata of the identity provider, and copy all of it.');
  if (/^<!doctype html|^<html/i.test(xml)) {
    return refused('This is a web page, perhaps the sign-in page of the identity provider, and no metadata.');
  }
  if (/<!(?!--)/.test(xml))
    return refused('The metadata has a document type or CDATA in it, which the portal does not read.');
  const { DOMParser } = await import('@xmldom/xmldom/lib/index.js');
  const refuse = (_level: string, message: string): never => {
    throw new Error(message);
  };
  try {
    const parser = new DOMParser({ errorHandler: refuse });
    const root = parser.parseFromString(xml, 'text/xml')?.documentElement;
    return root ? ok(root) : refused('The metadata is empty.');
  } catch {
    return refused('The metadata is no well-formed XML: it may be cut short.');
  }
}

interface Provider {
  readonly entity: XmlElement;
  readonly role: XmlElement;
}

function theProvider(root: XmlElement): Result<Provider> {
  const entities = isNamed(root, METADATA, 'EntitiesDescriptor') ? within(root, METADATA, 'EntityDescriptor') : [root];
  if (root.namespaceURI !== METADATA || (entities[0] === root && root.localName !== 'EntityDescriptor')) {
    return refused('This XML is no SAML 2.0 metadata: it begins with EntityDescriptor.');
  }
  const found = entities.flatMap((entity) => rolesOf(entity, 'IDPSSODescriptor').map((role) => ({ entity, role })));
  const [first] = found;
  if (found.length > 1)
    return refused(`The metadata describes ${found.length} identity providers: the portal takes one.`);
  if (first) return ok(first);
  return entities.some((entity) => rolesOf(entity, 'SPSSODescriptor').length > 0)
    ? refused(
        'This is the metadata of a service provider, such as this portal: download that of the identity provider.',
      )
    : refused('The metadata describes no identity provider of SAML 2.0.');
}

function rolesOf(entity: XmlElement, name: string): readonly XmlElement[] {
  return within(entity, METADATA, name).filter((role) =>
    (role.getAttribute('protocolSupportEnumeration') ?? '').split(/\s+/).includes(PROTOCOL),
  );
}

function locationOf(role: XmlElement, name: string): string | undefined {
  const services = within(role, METADATA, name);
  const by = (binding: string) => services.find((service) => service.getAttribute('Binding') === binding);
  return (by(REDIRECT) ?? by(POST))?.getAttribute('Location') ?? undefined;
}

/** The newest of those that are valid now, then those that will be. */
function usableCertificates(
  role: XmlElement,
  nowMs: number,
): Result<{ readonly taken: readonly Certificate[]; readonly left: number }> {
  const keys = within(role, METADATA, 'KeyDescriptor').filter((key) =>
    ['', 'signing'].includes(key.getAttribute('use') ?? ''),
  );
  const texts = keys
    .flatMap((key) => within(key, SIGNATURE, 'KeyInfo'))
    .flatMap((info) => within(info, SIGNATURE, 'X509Data'))
    .flatMap((data) => within(data, SIGNATURE, 'X509Certificate'))
    .filter((element) => within(element).length === 0)
    .map((element) => element.textContent ?? '');
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

/** The child elements, of that name where one is given. */
function within(parent: XmlElement, namespace?: string, name = ''): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.nodeType !== 1) continue;
    const element = node as XmlElement;
    if (namespace === undefined || isNamed(element, namespace, name)) elements.push(element);
  }
  return elements;
}

function isNamed(element: XmlElement, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name;
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}
