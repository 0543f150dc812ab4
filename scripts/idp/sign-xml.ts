// An enveloped signature written into a document as text, so that everything around it stays as it was. Each step can be done wrong
// on purpose.
import { createHash, createSign } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { allElements, attributeOf, parseXml } from '../../src/sso/xml.ts';
import type { Identity } from './identity.ts';

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** How the signature is written, and what is done otherwise than right. */
export interface Signing {
  /** With its colon, or nothing. */
  readonly prefix: 'ds:' | '';
  /** Prefixes that canonicalisation keeps although nothing seems to use them. */
  readonly keptPrefixes?: string;
  /** The signed part of the signature, in canonical form, before it is signed. */
  readonly edit?: (signedInfo: string) => string;
  /** Base64 over canonical XML, in place of SHA-256. */
  readonly digest?: (canonical: string) => string;
  /** Base64 over the signed part, in place of RSA and SHA-256. */
  readonly compute?: (signedInfo: string) => string;
  /** In place of the element with the certificate; may be empty. */
  readonly keyInfo?: string;
}

/** The document with a signature of the element of that ID, after the first issuer in it. */
export function signElement(xml: string, id: string, identity: Identity, signing: Signing): string {
  const { prefix, keptPrefixes, edit, digest = sha256, compute = rsaSha256(identity) } = signing;
  const info = signedInfo(id, digest(canonical(xml, id, keptPrefixes)), prefix, keptPrefixes);
  const edited = edit?.(info) ?? info;
  const declaration = prefix ? ` xmlns:ds="${XMLDSIG}"` : ` xmlns="${XMLDSIG}"`;
  const keyInfo =
    signing.keyInfo ??
    `<${prefix}KeyInfo><${prefix}X509Data><${prefix}X509Certificate>${identity.certificateBase64}</${prefix}X509Certificate></${prefix}X509Data></${prefix}KeyInfo>`;
  const signature = `<${prefix}Signature${declaration}>${edited.replace(declaration, '')}<${prefix}SignatureValue>${compute(edited)}</${prefix}SignatureValue>${keyInfo}</${prefix}Signature>`;
  const issuer = /<\/(?:\w+:)?Issuer>/g;
  issuer.lastIndex = xml.indexOf(` ID="${id}"`);
  if (issuer.lastIndex < 0 || !issuer.test(xml)) throw new Error(`no element with the ID ${id} and an issuer`);
  return xml.slice(0, issuer.lastIndex) + signature + xml.slice(issuer.lastIndex);
}

/** Written as canonicalisation would leave it. */
function signedInfo(id: string, digest: string, prefix: string, keptPrefixes: string | undefined): string {
  const declaration = prefix ? ` xmlns:ds="${XMLDSIG}"` : ` xmlns="${XMLDSIG}"`;
  const empty = (name: string, algorithm: string, inside = '') =>
    `<${prefix}${name} Algorithm="${algorithm}">${inside}</${prefix}${name}>`;
  const kept =
    keptPrefixes === undefined
      ? ''
      : `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE_C14N}" PrefixList="${keptPrefixes}"></ec:InclusiveNamespaces>`;
  const transforms = empty('Transform', `${XMLDSIG}enveloped-signature`) + empty('Transform', EXCLUSIVE_C14N, kept);
  return `<${prefix}SignedInfo${declaration}>${empty('CanonicalizationMethod', EXCLUSIVE_C14N)}${empty(
    'SignatureMethod',
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  )}<${prefix}Reference URI="#${id}"><${prefix}Transforms>${transforms}</${prefix}Transforms>${empty(
    'DigestMethod',
    'http://www.w3.org/2001/04/xmlenc#sha256',
  )}<${prefix}DigestValue>${digest}</${prefix}DigestValue></${prefix}Reference></${prefix}SignedInfo>`;
}

function canonical(xml: string, id: string, keptPrefixes: string | undefined): string {
  const parsed = parseXml(xml);
  const elements = 'problem' in parsed ? [] : allElements(parsed.root);
  const element = elements.find((one) => attributeOf(one, 'ID') === id);
  if (!element) throw new Error(`no element with the ID ${id}`);
  return new SignedXml().getCanonXml([EXCLUSIVE_C14N], element, {
    inclusiveNamespacesPrefixList: keptPrefixes === undefined ? [] : [keptPrefixes],
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

function rsaSha256({ privateKeyPem }: Identity): (text: string) => string {
  return (text) => createSign('RSA-SHA256').update(text, 'utf8').sign(privateKeyPem, 'base64');
}
