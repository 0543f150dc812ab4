// Our own strict look at a response before any library sees it. Libraries search a document for what they need, and whoever wraps a
// signature lives on what they do not look at; so here the whole tree has to be as a genuine response is.
import { fail, ok, type Result } from '../failure.ts';
import { statusProblem } from './idp-status.ts';
import { signatureProblem, XMLDSIG } from './signature.ts';
import { allElements, attributeOf, childrenOf, parseXml, type XmlElement } from './xml.ts';

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
/** Some dozen times a genuine response with many groups. */
const MAX_KILOBYTES = 256;
/** What XML allows, without anything that means something in XPath. */
const ID = /^[A-Za-z_][\w.-]{0,255}$/;
const RESPONSE_PARTS: readonly string[] = ['Issuer', 'Signature', 'Status', 'Assertion'];
const ASSERTION_PARTS: readonly string[] = [
  'Issuer',
  'Signature',
  'Subject',
  'Conditions',
  'AuthnStatement',
  'AttributeStatement',
];

/** The XML of the form field SAMLResponse, without its declaration, once it is worth computing signatures for. Fails with
 * `saml_response_refused`. Nothing in it is proved yet. */
export function readDocument(field: string): Result<string> {
  const xml = decoded(field);
  if (!xml.ok) return xml;
  const parsed = parseXml(xml.value);
  if ('problem' in parsed) return refused(parsed.problem);
  const problem = structureProblem(parsed.root);
  return problem ? refused(problem) : ok(parsed.text);
}

/** Some identity providers break the lines of Base64. */
function decoded(field: string): Result<string> {
  const base64 = field.replace(/[\r\n]/g, '');
  if (base64 === '') return refused('The form has no SAMLResponse.');
  if (base64.length > Math.ceil((MAX_KILOBYTES * 1024) / 3) * 4)
    return refused(`The response is larger than ${MAX_KILOBYTES} KB.`);
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return refused('The response is not Base64.');
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return refused('The response is not text in UTF-8.');
  }
}

function structureProblem(response: XmlElement): string | null {
  if (!isNamed(response, PROTOCOL, 'Response')) return 'The document is no response to a sign-in with SAML 2.0.';
  const status = statusProblem(response, PROTOCOL);
  if (status) return status;
  const all = allElements(response);
  if (all.some(({ localName }) => localName.startsWith('Encrypted')))
    return 'The response has encrypted parts; switch encryption off at the identity provider.';
  const assertions = all.filter(({ localName }) => localName === 'Assertion');
  const [assertion] = assertions;
  if (!assertion || assertions.length > 1)
    return `The document holds ${assertions.length} assertions; there must be exactly one.`;
  if (assertion.parentNode !== response || assertion.namespaceURI !== ASSERTION)
    return 'The assertion does not stand directly in the response.';
  return (
    partsProblem(response, 'response', RESPONSE_PARTS) ??
    partsProblem(assertion, 'assertion', ASSERTION_PARTS) ??
    idProblem(all, response, assertion) ??
    signatureProblem(response, assertion)
  );
}

function isNamed(element: XmlElement, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name;
}

function partsProblem(element: XmlElement, what: string, names: readonly string[]): string | null {
  const known = [PROTOCOL, ASSERTION, XMLDSIG];
  const strange = childrenOf(element).some(
    ({ namespaceURI, localName }) => !known.includes(namespaceURI ?? '') || !names.includes(localName),
  );
  return strange ? `The ${what} has a part that does not belong there.` : null;
}

/** A signature names what it signs by ID: a second element of that ID is how it comes to mean something else. */
function idProblem(all: readonly XmlElement[], response: XmlElement, assertion: XmlElement): string | null {
  if (![response, assertion].every((element) => ID.test(attributeOf(element, 'ID') ?? '')))
    return 'The ID of the response or the assertion is missing or no name of XML.';
  const ids = all.flatMap(idsOf);
  return new Set(ids).size === ids.length ? null : 'Two elements have the same ID.';
}

function idsOf({ attributes }: XmlElement): string[] {
  const all = Array.from({ length: attributes.length }, (_, i) => attributes.item(i));
  return all.flatMap((attribute) => (attribute?.localName.toLowerCase() === 'id' ? [attribute.value] : []));
}

function refused(sentence: string): Result<never> {
  return fail('saml_response_refused', sentence);
}
