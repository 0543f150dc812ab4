// The response that goes to the portal: right, or wrong in the one way that was asked for.
import { type Identity, makeIdentity } from './identity.ts';
import type { Claims } from './people.ts';
import {
  encodeResponse,
  type ResponseOptions,
  type Shape,
  SIGNING,
  signedResponse,
  unsignedResponse,
} from './saml-response.ts';
import { signElement } from './sign-xml.ts';

const HOUR_MS = 3_600_000;

/** What an answer can have wrong, in the words of the page. */
export const MISBEHAVIOURS = {
  none: 'Nothing',
  expired: 'Expired an hour ago',
  audience: 'For another portal',
  unsigned: 'Assertion not signed',
  other_key: 'Signed with another key',
  other_name: 'A user_name of somebody else',
} as const;

export type Misbehaviour = keyof typeof MISBEHAVIOURS;

/** True for a name of the table. */
export function isMisbehaviour(name: string): name is Misbehaviour {
  return Object.hasOwn(MISBEHAVIOURS, name);
}

/** Who signs in where. */
export interface Wanted {
  readonly shape: Shape;
  readonly issuer: string;
  readonly acsUrl: string;
  readonly nameId: string;
  readonly claims: Claims;
  readonly inResponseTo?: string;
  readonly misbehaviour: Misbehaviour;
}

/** The field SAMLResponse, Base64. */
export async function answer(identity: Identity, { claims, misbehaviour, ...wanted }: Wanted): Promise<string> {
  const right: ResponseOptions = { ...wanted, attributes: claims, nowMs: Date.now() };
  switch (misbehaviour) {
    case 'none':
      return signedResponse(identity, right);
    case 'expired':
      return signedResponse(identity, {
        ...right,
        nowMs: right.nowMs - 2 * HOUR_MS,
        notOnOrAfterMs: right.nowMs - HOUR_MS,
      });
    case 'audience':
      return signedResponse(identity, { ...right, audience: 'https://other.example/auth/saml2/' });
    case 'unsigned':
      return encodeResponse(halfSigned(identity, right));
    case 'other_key':
      return signedResponse(await anotherIdentity(right.nowMs), right);
    case 'other_name':
      return signedResponse(identity, { ...right, attributes: { ...claims, user_name: 'john.example@acme.example' } });
  }
}

function anotherIdentity(nowMs: number): Promise<Identity> {
  return makeIdentity('other.example', { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + HOUR_MS });
}

/** Of the two signatures only that of the response. */
function halfSigned(identity: Identity, right: ResponseOptions): string {
  const responseId = `_${crypto.randomUUID()}`;
  return signElement(unsignedResponse({ ...right, responseId }), responseId, identity, SIGNING[right.shape]);
}
