// The core User schema, RFC 7643 section 4.1 and 8.7.1.
import { type Attribute, attribute, type Schema } from './attribute.ts';

export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

const readOnly = { mutability: 'readOnly' } as const;

function multiValued(
  name: string,
  description: string,
  value: Attribute,
  canonicalTypes: readonly string[] = [],
): Attribute {
  return attribute(name, 'complex', description, {
    multiValued: true,
    subAttributes: [
      value,
      attribute('display', 'string', 'A name to show for the value.'),
      attribute(
        'type',
        'string',
        'What the value is for.',
        canonicalTypes.length > 0 ? { canonicalValues: canonicalTypes } : {},
      ),
      attribute('primary', 'boolean', 'Whether this is the preferred value; at most one is.'),
    ],
  });
}

const name = attribute('name', 'complex', "The parts of the user's name.", {
  subAttributes: [
    attribute('formatted', 'string', 'The full name, ready to show.'),
    attribute('familyName', 'string', 'The family name, or last name.'),
    attribute('givenName', 'string', 'The given name, or first name.'),
    attribute('middleName', 'string', 'The middle name or names.'),
    attribute('honorificPrefix', 'string', 'A title before the name, such as Dr.'),
    attribute('honorificSuffix', 'string', 'A suffix after the name, such as III.'),
  ],
});

const addresses = attribute('addresses', 'complex', 'Postal addresses.', {
  multiValued: true,
  subAttributes: [
    attribute('formatted', 'string', 'The whole address, ready for a label; may contain line breaks.'),
    attribute('streetAddress', 'string', 'Street, house number, box.'),
    attribute('locality', 'string', 'City or locality.'),
    attribute('region', 'string', 'State or region.'),
    attribute('postalCode', 'string', 'Postal code.'),
    attribute('country', 'string', 'Country, as two letters of ISO 3166-1.'),
    attribute('type', 'string', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
    attribute('primary', 'boolean', 'Whether this is the preferred address; at most one is.'),
  ],
});

const groups = attribute('groups', 'complex', 'The groups the user belongs to, managed through the groups.', {
  multiValued: true,
  returned: 'request',
  ...readOnly,
  subAttributes: [
    attribute('value', 'string', 'The id of the group.', readOnly),
    attribute('$ref', 'reference', 'The URI of the group.', { ...readOnly, referenceTypes: ['Group'] }),
    attribute('display', 'string', 'The name of the group.', readOnly),
    attribute('type', 'string', 'Always direct: groups inside groups are not supported.', {
      ...readOnly,
      canonicalValues: ['direct'],
    }),
  ],
});

const lastLogin = attribute(
  'userLastLoggedInTimeStamp',
  'string',
  'When the user last signed in, UTC, such as "Dec 9, 2025 6:40:12 PM". Absent before the first sign-in.',
  readOnly,
);

/** What a portal's policy decides about the core schema. */
export interface CoreUserChoices {
  readonly userNameImmutable: boolean;
  readonly showLastLogin: boolean;
  /** `minimal`: only what such a portal keeps or shows is declared; everything else is unknown and ignored. */
  readonly stored?: 'full' | 'minimal';
  /** The values of `userType` where it is the role in the portal. */
  readonly userTypes?: readonly string[];
}

/** What a `minimal` portal keeps, or shows of its own accord. */
const MINIMAL = ['userName', 'name', 'active', 'password', 'emails', 'groups', lastLogin.name];
const MINIMAL_NAME = ['formatted', 'familyName', 'givenName'];

/** The core schema of a portal. */
export function coreUserSchema(portal: CoreUserChoices): Schema {
  const { userTypes, stored = 'full' } = portal;
  const all = coreUserAttributes(portal);
  const kept = userTypes ? [...MINIMAL, 'userType'] : MINIMAL;
  const attributes = stored === 'full' ? all : all.filter((one) => kept.includes(one.name)).map(minimalAttribute);
  return { id: CORE_USER, name: 'User', description: 'User Account', attributes };
}

function minimalAttribute(full: Attribute): Attribute {
  if (full.name !== name.name) return full;
  return { ...full, subAttributes: (full.subAttributes ?? []).filter((sub) => MINIMAL_NAME.includes(sub.name)) };
}

function userTypeAttribute(roles: readonly string[] | undefined): Attribute {
  if (!roles)
    return attribute('userType', 'string', 'The relation to the organisation, such as Employee or Contractor.');
  return attribute('userType', 'string', 'The role in the portal.', { canonicalValues: roles });
}

function coreUserAttributes(portal: CoreUserChoices): readonly Attribute[] {
  return [
    attribute(
      'userName',
      'string',
      'What the user signs in with, an e-mail address as a rule. Unique without regard to case.',
      {
        required: true,
        uniqueness: 'server',
        mutability: portal.userNameImmutable ? 'immutable' : 'readWrite',
      },
    ),
    name,
    attribute('displayName', 'string', 'The name to show for the user.'),
    attribute('nickName', 'string', 'A casual name.'),
    attribute('profileUrl', 'reference', "The user's profile page.", { referenceTypes: ['external'] }),
    attribute('title', 'string', 'Job title.'),
    userTypeAttribute(portal.userTypes),
    attribute('preferredLanguage', 'string', 'Preferred languages, as in the Accept-Language header.'),
    attribute('locale', 'string', 'Locale for dates and numbers, such as en-US.'),
    attribute('timezone', 'string', 'Time zone, as an IANA name such as Europe/Berlin.'),
    attribute('active', 'boolean', 'Whether the user has access. False ends access and destroys what the policy says.'),
    attribute('password', 'string', 'Accepted and thrown away: users sign in through the identity provider.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    multiValued('emails', 'E-mail addresses.', attribute('value', 'string', 'The address.'), ['work', 'home', 'other']),
    multiValued('phoneNumbers', 'Phone numbers.', attribute('value', 'string', 'The number.'), [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    multiValued('ims', 'Instant messaging addresses.', attribute('value', 'string', 'The address.')),
    multiValued(
      'photos',
      'Photos.',
      attribute('value', 'reference', 'The URL of the image.', { referenceTypes: ['external'] }),
      ['photo', 'thumbnail'],
    ),
    addresses,
    groups,
    multiValued('entitlements', 'Entitlements.', attribute('value', 'string', 'The entitlement.')),
    multiValued('roles', 'Roles.', attribute('value', 'string', 'The role.')),
    multiValued('x509Certificates', 'Certificates.', attribute('value', 'binary', 'The certificate, DER in Base64.')),
    ...(portal.showLastLogin ? [lastLogin] : []),
  ];
}
