// SAML metadata as a tree: where the values of its one identity provider stand. As strict as with assertions, since it is the same
// parser, and reached by `import()` only, since that is large.
import { fail, ok, type Result } from '../failure.ts';
import { attributeOf, childrenNamed, parseXml, textOf, type XmlElement } from './xml.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

/** As they stand there; empty where they do not. */
export interface MetadataValues {
  readonly entityId: string;
  /** By redirect, or else by post. */
  readonly signInUrl: string;
  readonly hasSignOut: boolean;
  readonly wantsSignedRequests: boolean;
  /** Of the keys for signing. */
  readonly certificates: readonly string[];
}

/** Reads XML without comments. Fails with `invalid_value` where it is no metadata of exactly one identity provider. */
export function readProvider(xml: string): Result<MetadataValues> {
  const parsed = parseXml(xml);
  if ('problem' in parsed) return refused(inWords(parsed.problem));
  const provider = theProvider(parsed.root);
  if (!provider.ok) return provider;
  const { entity, role } = provider.value;
  return ok({
    entityId: attributeOf(entity, 'entityID') ?? '',
    signInUrl: locationOf(role, 'SingleSignOnService') ?? '',
    hasSignOut: locationOf(role, 'SingleLogoutService') !== undefined,
    wantsSignedRequests: /^(true|1)$/.test(attributeOf(role, 'WantAuthnRequestsSigned') ?? ''),
    certificates: certificatesOf(role),
  });
}

function inWords(problem: string): string {
  const sentence = problem.replace(/^The document/, 'The metadata');
  return problem.includes('well-formed') ? `${sentence} It may be cut short: copy all of it.` : sentence;
}

interface Provider {
  readonly entity: XmlElement;
  readonly role: XmlElement;
}

function theProvider(root: XmlElement): Result<Provider> {
  const isOne = root.localName === 'EntityDescriptor';
  if (root.namespaceURI !== METADATA || !(isOne || root.localName === 'EntitiesDescriptor')) {
    return refused('This XML is no SAML 2.0 metadata: it begins with EntityDescriptor.');
  }
  const entities = isOne ? [root] : childrenNamed(root, METADATA, 'EntityDescriptor');
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
  return childrenNamed(entity, METADATA, name).filter((role) =>
    (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(PROTOCOL),
  );
}

function locationOf(role: XmlElement, name: string): string | undefined {
  const services = childrenNamed(role, METADATA, name);
  const by = (binding: string) => services.find((service) => attributeOf(service, 'Binding') === binding);
  const service = by(REDIRECT) ?? by(POST);
  return service && attributeOf(service, 'Location');
}

function certificatesOf(role: XmlElement): readonly string[] {
  return childrenNamed(role, METADATA, 'KeyDescriptor')
    .filter((key) => ['', 'signing'].includes(attributeOf(key, 'use') ?? ''))
    .flatMap((key) => childrenNamed(key, SIGNATURE, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, SIGNATURE, 'X509Data'))
    .flatMap((data) => childrenNamed(data, SIGNATURE, 'X509Certificate'))
    .flatMap((element) => textOf(element) ?? []);
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}
