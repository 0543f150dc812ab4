// For whom and for how long an assertion is good. Clocks differ, so each time may be off by two minutes. The library's clock cannot be
// set, so all times are judged here and nowhere else.
import { printable, readableTime } from '../printable.ts';
import { ASSERTION } from './document.ts';
import { attributeOf, childrenNamed, childrenOf, textOf, type XmlElement } from './xml.ts';

const SKEW_MS = 120_000;
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const KNOWN_CONDITIONS: readonly string[] = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

const AUDIENCE_FIELDS = 'Audience URI (Okta) or Identifier (Entra)';

/** What a response must agree with. */
export interface Expected {
  /** The identity provider's entity ID. */
  readonly issuer: string;
  /** Of the portal: Audience, Recipient and Destination. */
  readonly acsUrl: string;
  readonly nowMs: number;
}

/** The only element of that name; undefined where there are none or several. */
export function theOnly(element: XmlElement, name: string): XmlElement | undefined {
  const [first, ...more] = childrenNamed(element, ASSERTION, name);
  return more.length === 0 ? first : undefined;
}

/** Why the response or the assertion in it cannot have been issued, as a sentence; null where it can. */
export function issuedProblem(element: XmlElement, what: string, nowMs: number): string | null {
  if (attributeOf(element, 'Version') !== '2.0') return `The ${what} is not of SAML version 2.0.`;
  const issuedMs = instantOf(attributeOf(element, 'IssueInstant'));
  if (issuedMs === undefined) return `The ${what} has no IssueInstant in UTC.`;
  return issuedMs - SKEW_MS > nowMs
    ? `The ${what} was issued in the future, ${readableTime(issuedMs)}; compare the clocks.`
    : null;
}

/** Why the conditions are not met, as a sentence; null where they are. */
export function conditionsProblem(assertion: XmlElement, { acsUrl, nowMs }: Expected): string | null {
  const conditions = theOnly(assertion, 'Conditions');
  if (!conditions) return 'The assertion has no conditions.';
  const strange = childrenOf(conditions).some(
    ({ namespaceURI, localName }) => namespaceURI !== ASSERTION || !KNOWN_CONDITIONS.includes(localName),
  );
  if (strange) return 'The assertion has a condition that the portal does not know.';
  return (
    beginProblem(conditions, 'period of the conditions', nowMs) ??
    endProblem(conditions, 'NotOnOrAfter', 'period of the conditions', nowMs) ??
    audienceProblem(conditions, acsUrl)
  );
}

function audienceProblem(conditions: XmlElement, acsUrl: string): string | null {
  const restrictions = childrenNamed(conditions, ASSERTION, 'AudienceRestriction');
  const named = restrictions.map((restriction) => childrenOf(restriction).map((one) => textOf(one) ?? ''));
  const audiences = named.flat();
  if (audiences.length === 0 || named.some(({ length }) => length === 0))
    return `The assertion names no audience; set ${AUDIENCE_FIELDS} to ${acsUrl}.`;
  const [wrong] = audiences.filter((audience) => audience !== acsUrl);
  return wrong === undefined
    ? null
    : `The audience is ${printable(wrong)}; set ${AUDIENCE_FIELDS} to ${acsUrl}, and only that.`;
}

/** Why the subject is not confirmed to this portal in answer to that request, as a sentence; null where it is. */
export function confirmationProblem(
  assertion: XmlElement,
  inResponseTo: string | undefined,
  { acsUrl, nowMs }: Expected,
): string | null {
  const data = confirmationOf(assertion);
  if (!data) return 'The subject has no single confirmation of the method bearer.';
  const recipient = attributeOf(data, 'Recipient');
  if (recipient !== acsUrl)
    return `The recipient is ${printable(recipient ?? 'missing')}; set Recipient URL or Reply URL to ${acsUrl}.`;
  if (attributeOf(data, 'InResponseTo') !== inResponseTo)
    return 'Response and subject confirmation answer different requests (InResponseTo).';
  if (inResponseTo === '') return 'The response answers a request without saying which (InResponseTo).';
  return (
    (attributeOf(data, 'NotBefore') === undefined ? null : beginProblem(data, 'subject confirmation', nowMs)) ??
    endProblem(data, 'NotOnOrAfter', 'subject confirmation', nowMs)
  );
}

function confirmationOf(assertion: XmlElement): XmlElement | undefined {
  const subject = theOnly(assertion, 'Subject');
  const confirmation = subject && theOnly(subject, 'SubjectConfirmation');
  const isBearer = confirmation && attributeOf(confirmation, 'Method') === BEARER;
  return isBearer ? theOnly(confirmation, 'SubjectConfirmationData') : undefined;
}

/** Why the person is not signed in at the identity provider, as a sentence; null where they are. */
export function sessionProblem(assertion: XmlElement, nowMs: number): string | null {
  const statements = childrenNamed(assertion, ASSERTION, 'AuthnStatement');
  if (statements.length === 0) return 'The assertion does not say how the person signed in (AuthnStatement).';
  const limited = statements.filter((one) => attributeOf(one, 'SessionNotOnOrAfter') !== undefined);
  const problems = limited.map((one) => endProblem(one, 'SessionNotOnOrAfter', 'session', nowMs));
  return problems.find((problem) => problem !== null) ?? null;
}

/** From when on nobody accepts an assertion that was accepted; UTC milliseconds. */
export function deadAtMs(assertion: XmlElement): number {
  const ends = [theOnly(assertion, 'Conditions'), confirmationOf(assertion)].map((element) =>
    instantOf(element && attributeOf(element, 'NotOnOrAfter')),
  );
  return Math.min(...ends.filter((end) => end !== undefined)) + SKEW_MS;
}

function beginProblem(element: XmlElement, what: string, nowMs: number): string | null {
  const beginMs = instantOf(attributeOf(element, 'NotBefore'));
  if (beginMs === undefined) return `The ${what} has no NotBefore in UTC.`;
  return beginMs - SKEW_MS > nowMs
    ? `The ${what} begins later, ${readableTime(beginMs)} (NotBefore); compare the clocks.`
    : null;
}

function endProblem(element: XmlElement, name: string, what: string, nowMs: number): string | null {
  const endMs = instantOf(attributeOf(element, name));
  if (endMs === undefined) return `The ${what} has no ${name} in UTC.`;
  return endMs + SKEW_MS <= nowMs ? `The ${what} ended ${readableTime(endMs)} (${name}); sign in anew.` : null;
}

function instantOf(text = ''): number | undefined {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
