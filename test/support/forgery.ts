// Responses of identity providers, genuine and forged, with real keys. A forger may do any step otherwise than right: what is said,
// what is signed and how, and what happens to the document afterwards.
import { type Identity, makeIdentity } from '../../scripts/idp/identity.ts';
import { encodeResponse, type ResponseOptions, SIGNING, unsignedResponse } from '../../scripts/idp/saml-response.ts';
import { type Signing, signElement } from '../../scripts/idp/sign-xml.ts';
import { type Sent, verifyResponse } from '../../src/sso/verify.ts';
import { HOST, START_MS } from './portal.ts';

export const ACS = `${HOST}/auth/saml2/`;
export const ISSUER = 'https://idp.example/entity';
export const JANE = 'jane.example@acme.example';
/** Whom every forger wants to be. */
export const VICTIM = 'victim.example@acme.example';
export const RESPONSE_ID = '_response';
export const ASSERTION_ID = '_assertion';
const DAY_MS = 86_400_000;

type Edit = (xml: string) => string;

/** How a response comes to be; what is left out is done right. */
export interface Steps extends Partial<ResponseOptions> {
  /** Before anything is signed. */
  readonly unsigned?: Edit;
  /** How the assertion is signed, and by whom; null where it is not. */
  readonly assertion?: (Partial<Signing> & { readonly by?: Identity }) | null;
  /** When the assertion is signed and the response is not yet. */
  readonly between?: Edit;
  readonly response?: (Partial<Signing> & { readonly by?: Identity }) | null;
  /** When both are signed. */
  readonly afterwards?: Edit;
}

/** The keys there are: the configured identity provider's, the one it changes to, and somebody else's. */
export interface Keys {
  readonly idp: Identity;
  readonly next: Identity;
  readonly stranger: Identity;
}

let made: Promise<Keys> | undefined;

/** The same keys each time: making them takes long. */
export function keys(): Promise<Keys> {
  made ??= makeKeys();
  return made;
}

async function makeKeys(): Promise<Keys> {
  const validity = { notBeforeMs: START_MS - DAY_MS, notAfterMs: START_MS + 365 * DAY_MS };
  const [idp, next, stranger] = await Promise.all([
    makeIdentity('idp.example', validity),
    makeIdentity('idp.example', validity),
    makeIdentity('idp.example', validity),
  ]);
  return { idp, next, stranger };
}

/** The XML of a response of the configured identity provider about Jane. */
export function forge({ idp }: Keys, steps: Steps = {}): string {
  const { unsigned = same, assertion = {}, between = same, response = {}, afterwards = same, ...options } = steps;
  const facts: ResponseOptions = {
    shape: 'entra',
    issuer: ISSUER,
    acsUrl: ACS,
    nameId: JANE,
    attributes: { givenName: 'Jane' },
    nowMs: START_MS,
    responseId: RESPONSE_ID,
    assertionId: ASSERTION_ID,
    ...options,
  };
  const right = SIGNING[facts.shape];
  let xml = unsigned(unsignedResponse(facts));
  if (assertion) xml = signElement(xml, facts.assertionId ?? '', assertion.by ?? idp, { ...right, ...assertion });
  xml = between(xml);
  if (response) xml = signElement(xml, facts.responseId ?? '', response.by ?? idp, { ...right, ...response });
  return afterwards(xml);
}

function same(xml: string): string {
  return xml;
}

/** The form field of XML text. */
export function field(xml: string): string {
  return encodeResponse(xml);
}

/** Asks the portal's code what it makes of a form field. */
export async function verified(samlResponse: string, sent: Partial<Sent> = {}): ReturnType<typeof verifyResponse> {
  const { idp } = await keys();
  const settings = { issuer: ISSUER, certificates: [idp.certificateBase64] };
  return verifyResponse({ samlResponse, acsUrl: ACS, settings, nowMs: START_MS, ...sent });
}

/** Replaces exactly one place; a forgery that changes nothing would prove nothing. */
export function swap(from: string | RegExp, to: string): Edit {
  return (xml) => {
    const changed = xml.replace(from, () => to);
    if (changed === xml) throw new Error(`nothing to replace: ${from}`);
    return changed;
  };
}
