// What an assertion says of a person, under the names that identity providers give these claims. One name may be written in any
// case; a claim with no value is none.
import type { Assertion } from './assertion.ts';

/** What a first sign-in is made of; null where it was not sent. */
export interface Claims {
  readonly email: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly userType: string | null;
  readonly division: string | null;
}

const ENTRA = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** The names of each claim, in the order in which they count. */
const NAMES: Readonly<Record<keyof Claims | 'userName', readonly string[]>> = {
  // Not the `name` that Entra always sends: it need not be the Unique User Identifier.
  userName: ['user_name', 'userName'],
  email: ['email', 'mail', 'emailAddress', `${ENTRA}emailaddress`, 'urn:oid:0.9.2342.19200300.100.1.3'],
  givenName: ['givenName', 'given_name', 'firstName', 'first_name', `${ENTRA}givenname`, 'urn:oid:2.5.4.42'],
  familyName: [
    'familyName',
    'family_name',
    'lastName',
    'last_name',
    'surname',
    'sn',
    `${ENTRA}surname`,
    'urn:oid:2.5.4.4',
  ],
  userType: ['userType', 'user_type', `${ENTRA}usertype`],
  division: ['division', `${ENTRA}division`],
};

/** The claims of an assertion: of several values the first, since each of these is one thing. */
export function readPersonClaims({ attributes }: Pick<Assertion, 'attributes'>): Claims {
  const first = (claim: keyof Claims) => valuesOf(attributes, claim)[0] ?? null;
  return {
    email: first('email'),
    givenName: first('givenName'),
    familyName: first('familyName'),
    userType: first('userType'),
    division: first('division'),
  };
}

/** Every user name that the claims give besides the NameID. */
export function claimedUserNames({ attributes }: Pick<Assertion, 'attributes'>): readonly string[] {
  return valuesOf(attributes, 'userName');
}

function valuesOf(attributes: Assertion['attributes'], claim: keyof typeof NAMES): readonly string[] {
  const sent = Object.entries(attributes).map(([name, values]) => [name.trim().toLowerCase(), values] as const);
  return NAMES[claim].flatMap((known) =>
    sent
      .filter(([name]) => name === known.toLowerCase())
      .flatMap(([, values]) => values)
      .map((value) => value.trim())
      .filter(isStorable),
  );
}

/** What no form and no JSON of ours would take is no value. */
function isStorable(value: string): boolean {
  return value !== '' && !/[\p{Cc}\p{Cs}]/u.test(value);
}
