// What a response says, read from the very text whose signatures were verified, and held against what it must say.
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import type { Assertion } from './assertion.ts';
import { ASSERTION } from './document.ts';
import {
  conditionsProblem,
  confirmationProblem,
  deadAtMs,
  type Expected,
  issuedProblem,
  sessionProblem,
  theOnly,
} from './validity.ts';
import { attributeOf, childrenNamed, parseXml, textOf, type XmlElement } from './xml.ts';

const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
/** What nobody sees: with it, two names that look the same would be two people. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|^\s|\s$/u;

/** The assertion in a response that was verified. Fails with `saml_response_refused`, which says what differs from what is expected. */
export function readClaims(verified: string, expected: Expected): Result<Assertion> {
  const parsed = parseXml(verified);
  if ('problem' in parsed) return refused(parsed.problem);
  const response = parsed.root;
  const assertion = theOnly(response, 'Assertion');
  if (!assertion) return refused('The signed part is no response with one assertion.');
  const inResponseTo = attributeOf(response, 'InResponseTo');
  const { issuer, acsUrl, nowMs } = expected;
  const problem =
    issuerProblem(response, 'response', issuer) ??
    issuerProblem(assertion, 'assertion', issuer) ??
    destinationProblem(response, acsUrl) ??
    issuedProblem(response, 'response', nowMs) ??
    issuedProblem(assertion, 'assertion', nowMs) ??
    nameProblem(assertion) ??
    confirmationProblem(assertion, inResponseTo, expected) ??
    conditionsProblem(assertion, expected) ??
    sessionProblem(assertion, nowMs);
  if (problem) return refused(problem);
  return ok({
    id: attributeOf(assertion, 'ID') ?? '',
    issuer,
    ...nameOf(assertion),
    inResponseTo: inResponseTo ?? null,
    deadAtMs: deadAtMs(assertion),
    attributes: attributesOf(assertion),
  });
}

function issuerProblem(element: XmlElement, what: string, expected: string): string | null {
  const issuer = theOnly(element, 'Issuer');
  const said = issuer && textOf(issuer);
  if (!said) return `The ${what} has no single issuer.`;
  return said === expected
    ? null
    : `The issuer of the ${what} is ${printable(said)}; the portal expects ${printable(expected)}.`;
}

function destinationProblem(response: XmlElement, acsUrl: string): string | null {
  const destination = attributeOf(response, 'Destination');
  return destination === acsUrl
    ? null
    : `The destination is ${printable(destination ?? 'missing')}; set Single sign-on URL (Okta) or Reply URL (Entra) to ${acsUrl}.`;
}

function nameIdOf(assertion: XmlElement): XmlElement | undefined {
  const subject = theOnly(assertion, 'Subject');
  return subject && theOnly(subject, 'NameID');
}

function nameProblem(assertion: XmlElement): string | null {
  const nameId = nameIdOf(assertion);
  const name = nameId && textOf(nameId);
  if (!nameId || name === undefined) return 'The subject has no single NameID that is mere text.';
  if (attributeOf(nameId, 'Format') === TRANSIENT)
    return 'The NameID is of the format transient, another one each time; send the user name.';
  if (name === '') return 'The NameID is empty.';
  if (INVISIBLE.test(name)) return 'The NameID has characters that cannot be seen, or spaces around it.';
  return hasVariants(name)
    ? 'The NameID has variants of letters, such as wide ones, which would make it the name of somebody else.'
    : null;
}

/** Names are compared by `fold`, which takes a wide letter, a ligature or the sign of Kelvin for the plain letter, as must be where people
 * are made; but whoever signs in with such a name has another one at the identity provider than the user whom it would find. */
function hasVariants(name: string): boolean {
  const composed = name.normalize('NFC');
  return (name !== composed && name !== name.normalize('NFD')) || composed !== name.normalize('NFKC');
}

function nameOf(assertion: XmlElement): Pick<Assertion, 'nameId' | 'nameIdFormat'> {
  const nameId = nameIdOf(assertion);
  return {
    nameId: (nameId && textOf(nameId)) ?? '',
    nameIdFormat: (nameId && attributeOf(nameId, 'Format')) ?? null,
  };
}

/** Without a prototype, so that no claim can be named like something that is always there. A value that is more than text is left out. */
function attributesOf(assertion: XmlElement): Assertion['attributes'] {
  const found: Record<string, readonly string[]> = Object.create(null);
  const statements = childrenNamed(assertion, ASSERTION, 'AttributeStatement');
  for (const attribute of statements.flatMap((one) => childrenNamed(one, ASSERTION, 'Attribute'))) {
    const name = attributeOf(attribute, 'Name');
    if (name === undefined) continue;
    const values = childrenNamed(attribute, ASSERTION, 'AttributeValue').map(textOf);
    found[name] = [...(found[name] ?? []), ...values.filter((value) => value !== undefined)];
  }
  return found;
}

function refused(sentence: string): Result<never> {
  return fail('saml_response_refused', sentence);
}
