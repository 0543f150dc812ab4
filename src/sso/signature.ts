// What a signature may look like before anybody computes it: one of the response and one of the assertion, each in its place,
// over the whole of its parent and nothing else, with the only algorithms that the portal takes.
import { allElements, attributeOf, childrenNamed, childrenOf, type XmlElement } from './xml.ts';

export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${XMLDSIG}enveloped-signature`;
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const SIGN_BOTH =
  'In Okta set Response and Assertion Signature to Signed, in Entra the signing option to Sign SAML response and assertion.';

/** What is wrong with the signatures of a response that holds that assertion, as a sentence. */
export function signatureProblem(response: XmlElement, assertion: XmlElement): string | null {
  const [ofResponse, ...moreOfResponse] = childrenNamed(response, XMLDSIG, 'Signature');
  const [ofAssertion, ...moreOfAssertion] = childrenNamed(assertion, XMLDSIG, 'Signature');
  if (!ofResponse) return `The response is not signed in its own place. ${SIGN_BOTH}`;
  if (!ofAssertion) return `The assertion is not signed in its own place. ${SIGN_BOTH}`;
  const count = allElements(response).filter(({ localName }) => localName === 'Signature').length;
  if (moreOfResponse.length > 0 || moreOfAssertion.length > 0 || count !== 2)
    return `The document holds ${count} signatures; there must be two, one of the response and one of the assertion.`;
  const problem = shapeProblem(ofResponse, response);
  if (problem) return `The signature of the response ${problem}.`;
  const second = shapeProblem(ofAssertion, assertion);
  return second && `The signature of the assertion ${second}.`;
}

function shapeProblem(signature: XmlElement, signed: XmlElement): string | null {
  const [info, value, keyInfo, ...more] = childrenOf(signature);
  const inOrder = named(info, 'SignedInfo') && named(value, 'SignatureValue');
  if (!info || !inOrder || (keyInfo && !named(keyInfo, 'KeyInfo')) || more.length > 0)
    return 'has other parts than SignedInfo, SignatureValue and KeyInfo';
  const [canonicalisation, method, reference, ...others] = childrenOf(info);
  if (others.some((other) => named(other, 'Reference'))) return 'has more than one reference';
  if (!named(canonicalisation, 'CanonicalizationMethod') || !named(method, 'SignatureMethod') || others.length > 0)
    return 'has other parts in SignedInfo than method, algorithm and one reference';
  if (!says(canonicalisation, EXCLUSIVE_C14N)) return 'is canonicalised otherwise than by exclusive C14N';
  if (!says(method, RSA_SHA256)) return 'is not made with RSA and SHA-256; set its algorithm to SHA-256';
  return named(reference, 'Reference') ? referenceProblem(reference, signed) : 'has no reference';
}

function referenceProblem(reference: XmlElement, signed: XmlElement): string | null {
  if (attributeOf(reference, 'URI') !== `#${attributeOf(signed, 'ID')}`)
    return 'refers to something else than what it stands in';
  const [transforms, digest, value, ...more] = childrenOf(reference);
  if (!named(transforms, 'Transforms') || !named(digest, 'DigestMethod') || !named(value, 'DigestValue'))
    return 'has other parts in its reference than transforms, digest method and digest value';
  if (more.length > 0) return 'has other parts in its reference than transforms, digest method and digest value';
  if (!areAllowed(childrenOf(transforms))) return 'has other transforms than enveloped signature and exclusive C14N';
  return says(digest, SHA256) ? null : 'has another digest than SHA-256; set its algorithm to SHA-256';
}

/** Exclusive canonicalisation may name prefixes that it keeps, as Okta's does. */
function areAllowed([enveloped, canonical, ...more]: readonly XmlElement[]): boolean {
  if (!named(enveloped, 'Transform') || !named(canonical, 'Transform') || more.length > 0) return false;
  const kept = childrenOf(canonical);
  const onlyPrefixes = kept.every(
    (one) => one.namespaceURI === EXCLUSIVE_C14N && one.localName === 'InclusiveNamespaces',
  );
  const algorithm = attributeOf(canonical, 'Algorithm');
  return says(enveloped, ENVELOPED) && algorithm === EXCLUSIVE_C14N && onlyPrefixes && kept.length <= 1;
}

function named(element: XmlElement | undefined, name: string): element is XmlElement {
  return element?.namespaceURI === XMLDSIG && element.localName === name;
}

/** Exactly this algorithm, without parameters. */
function says(element: XmlElement, algorithm: string): boolean {
  return attributeOf(element, 'Algorithm') === algorithm && childrenOf(element).length === 0;
}
