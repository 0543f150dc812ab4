// Responses of an identity provider in the shapes of Okta and Entra: prefixes, order of elements, claims that are always
// there, certificate inside the signature. Each step stands alone, so that hostile tests can do one of them wrong.
import type { Identity } from './identity.ts';
import { type Signing, signElement } from './sign-xml.ts';

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const MINUTE_MS = 60_000;

export type Shape = 'okta' | 'entra';

/** How these identity providers sign: Okta keeps the prefix that the types of its values are written with. */
export const SIGNING: Readonly<Record<Shape, Signing>> = {
  okta: { prefix: 'ds:', keptPrefixes: 'xs' },
  entra: { prefix: '' },
};

/** What the response says. Whatever is left out is what a genuine response says; times are UTC milliseconds. */
export interface ResponseOptions {
  readonly shape: Shape;
  readonly issuer: string;
  readonly acsUrl: string;
  readonly nameId: string;
  readonly nameIdFormat?: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly inResponseTo?: string;
  readonly nowMs: number;
  readonly responseId?: string;
  readonly assertionId?: string;
  readonly responseIssuer?: string;
  readonly destination?: string;
  readonly recipient?: string;
  readonly audience?: string;
  readonly status?: string;
  readonly notBeforeMs?: number;
  readonly notOnOrAfterMs?: number;
  readonly sessionNotOnOrAfterMs?: number;
}

interface Facts extends ResponseOptions {
  readonly responseId: string;
  readonly assertionId: string;
  readonly responseTo: string;
  readonly issued: string;
  readonly notBefore: string;
  readonly notOnOrAfter: string;
  readonly sessionEnd: string;
}

/** A response, both of it signed, as the form field SAMLResponse holds it. */
export function signedResponse(identity: Identity, options: ResponseOptions): string {
  return encodeResponse(signedXml(identity, options));
}

/** A response, both of it signed, first the assertion. */
export function signedXml(identity: Identity, options: ResponseOptions): string {
  const { shape, responseId = newId(), assertionId = newId() } = options;
  const xml = unsignedResponse({ ...options, responseId, assertionId });
  const withAssertion = signElement(xml, assertionId, identity, SIGNING[shape]);
  return signElement(withAssertion, responseId, identity, SIGNING[shape]);
}

/** The field SAMLResponse of a document. */
export function encodeResponse(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64');
}

/** The document before anything of it is signed. */
export function unsignedResponse(options: ResponseOptions): string {
  const { nowMs, inResponseTo } = options;
  const facts: Facts = {
    ...options,
    responseId: options.responseId ?? newId(),
    assertionId: options.assertionId ?? newId(),
    responseTo: inResponseTo === undefined ? '' : ` InResponseTo="${escaped(inResponseTo)}"`,
    issued: instant(nowMs),
    notBefore: instant(options.notBeforeMs ?? nowMs - 5 * MINUTE_MS),
    notOnOrAfter: instant(options.notOnOrAfterMs ?? nowMs + (options.shape === 'okta' ? 5 : 60) * MINUTE_MS),
    sessionEnd:
      options.sessionNotOnOrAfterMs === undefined
        ? ''
        : ` SessionNotOnOrAfter="${instant(options.sessionNotOnOrAfterMs)}"`,
  };
  return options.shape === 'okta' ? oktaResponse(facts) : entraResponse(facts);
}

function oktaResponse(facts: Facts): string {
  const { responseId, responseTo, issued, issuer, responseIssuer = issuer, status = SUCCESS } = facts;
  return `<?xml version="1.0" encoding="UTF-8"?><saml2p:Response Destination="${escaped(
    facts.destination ?? facts.acsUrl,
  )}" ID="${responseId}"${responseTo} IssueInstant="${issued}" Version="2.0" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${escaped(responseIssuer)}</saml2:Issuer><saml2p:Status xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol"><saml2p:StatusCode Value="${status}"/></saml2p:Status>${oktaAssertion(facts)}</saml2p:Response>`;
}

function oktaAssertion(facts: Facts): string {
  const {
    assertionId,
    issued,
    issuer,
    nameId,
    nameIdFormat = UNSPECIFIED,
    responseTo,
    notBefore,
    notOnOrAfter,
  } = facts;
  return `<saml2:Assertion ID="${assertionId}" IssueInstant="${issued}" Version="2.0" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${escaped(issuer)}</saml2:Issuer><saml2:Subject xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:NameID Format="${nameIdFormat}">${escaped(nameId)}</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData${responseTo} NotOnOrAfter="${notOnOrAfter}" Recipient="${escaped(facts.recipient ?? facts.acsUrl)}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AudienceRestriction><saml2:Audience>${escaped(facts.audience ?? facts.acsUrl)}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement AuthnInstant="${issued}" SessionIndex="${assertionId}"${facts.sessionEnd} xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>${oktaClaims(facts.attributes)}</saml2:Assertion>`;
}

function oktaClaims(attributes: ResponseOptions['attributes']): string {
  const claims = claimsOf(attributes).map(
    ([name, values]) =>
      `<saml2:Attribute Name="${escaped(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">${values
        .map(
          (value) =>
            `<saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${escaped(value)}</saml2:AttributeValue>`,
        )
        .join('')}</saml2:Attribute>`,
  );
  return claims.length === 0
    ? ''
    : `<saml2:AttributeStatement xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${claims.join('')}</saml2:AttributeStatement>`;
}

function entraResponse(facts: Facts): string {
  const { responseId, responseTo, issued, issuer, responseIssuer = issuer, status = SUCCESS } = facts;
  return `<samlp:Response ID="${responseId}" Version="2.0" IssueInstant="${issued}" Destination="${escaped(
    facts.destination ?? facts.acsUrl,
  )}"${responseTo} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${escaped(responseIssuer)}</Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${entraAssertion(facts)}</samlp:Response>`;
}

function entraAssertion(facts: Facts): string {
  const { assertionId, issued, issuer, nameId, nameIdFormat = EMAIL, responseTo, notBefore, notOnOrAfter } = facts;
  return `<Assertion ID="${assertionId}" IssueInstant="${issued}" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>${escaped(issuer)}</Issuer><Subject><NameID Format="${nameIdFormat}">${escaped(nameId)}</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData${responseTo} NotOnOrAfter="${notOnOrAfter}" Recipient="${escaped(facts.recipient ?? facts.acsUrl)}"/></SubjectConfirmation></Subject><Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><AudienceRestriction><Audience>${escaped(facts.audience ?? facts.acsUrl)}</Audience></AudienceRestriction></Conditions>${entraClaims(facts.attributes)}<AuthnStatement AuthnInstant="${issued}" SessionIndex="${assertionId}"${facts.sessionEnd}><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement></Assertion>`;
}

/** Entra sends the first four whatever is set up. */
function entraClaims(attributes: ResponseOptions['attributes']): string {
  const all = {
    'http://schemas.microsoft.com/identity/claims/tenantid': '11111111-2222-3333-4444-555555555555',
    'http://schemas.microsoft.com/identity/claims/objectidentifier': '66666666-7777-8888-9999-000000000000',
    'http://schemas.microsoft.com/identity/claims/identityprovider':
      'https://sts.windows.net/11111111-2222-3333-4444-555555555555/',
    'http://schemas.microsoft.com/claims/authnmethodsreferences':
      'http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password',
    ...attributes,
  };
  const claims = claimsOf(all).map(
    ([name, values]) =>
      `<Attribute Name="${escaped(name)}">${values.map((value) => `<AttributeValue>${escaped(value)}</AttributeValue>`).join('')}</Attribute>`,
  );
  return `<AttributeStatement>${claims.join('')}</AttributeStatement>`;
}

function claimsOf(attributes: ResponseOptions['attributes']): (readonly [string, readonly string[]])[] {
  return Object.entries(attributes).map(
    ([name, value]) => [name, typeof value === 'string' ? [value] : value] as const,
  );
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** XML's ID may not begin with a digit. */
function newId(): string {
  return `_${crypto.randomUUID()}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
