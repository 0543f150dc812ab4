// What one portal has chosen. A preset is where a portal starts; every choice can then be set by itself, and only what
// was set is stored. Code asks choices, never which preset a portal has. docs/policy.md explains each one.
import * as z from 'zod/mini';
import { fail, ok, type Result } from '../failure.ts';
import { CORE_USER } from '../scim/schema/core-user.ts';
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import { presetOf } from './presets.ts';

const roleName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a role is lower-case letters, digits, "_" and "-"'));
const urn = z.string().check(z.regex(/^urn(?::[A-Za-z0-9$._-]+)+$/i, 'it must be a URN, such as urn:vendor:scim:User'));

const whole = (most: number) => z.int().check(z.minimum(1), z.maximum(most));

/** Every choice and the values it can have. Choices inside `deactivation`, `brake` and `jit` are set one by one too. */
export const CHOICES = {
  /** What the `id` of a user is on the wire. */
  userId: z.enum(['user_name', 'opaque']),
  userNameChanges: z.enum(['refused', 'allowed']),
  /** `minimal` keeps userName, active, given and family name and externalId; the rest is accepted and ignored. */
  attributesStored: z.enum(['full', 'minimal']),
  /** Whether SCIM manages groups, and whether it also sees the portal's teams among them. */
  groups: z.enum(['full', 'teams_read_only', 'off']),
  roles: z.array(roleName),
  /** What a new or returning user gets. */
  defaultRole: roleName,
  /** What steers roles and admin rights through SCIM: `isAdmin` of the portal's extension, or `userType`. */
  adminBy: z.enum(['extension', 'user_type']),
  /** What puts a user into a team: the attribute `division`, or nobody but the portal's admins. */
  teamBy: z.enum(['division', 'portal']),
  extensionUrn: z.nullable(urn),
  /** Whether `userLastLoggedInTimeStamp` is shown. */
  showLastLogin: z.boolean(),
  /** What a deactivation does besides ending access. */
  deactivation: z.strictObject({
    profile: z.enum(['remove', 'keep']),
    content: z.enum(['destroy', 'keep']),
    workspaces: z.enum(['archive', 'keep']),
  }),
  /** Whether a first sign-in by the identity provider makes the user, and the team of those whose division names none. */
  jit: z.strictObject({
    state: z.enum(['off', 'on']),
    defaultTeam: z.nullable(z.string().check(z.minLength(1), z.maxLength(200))),
  }),
  /** When deactivations by SCIM within an hour pass `percent` of the active users, and at least `atLeast`, or `number`, what they
   * would destroy is held. */
  brake: z.strictObject({
    state: z.enum(['off', 'on']),
    percent: whole(99),
    atLeast: whole(1000),
    number: whole(1000),
  }),
} as const;

const choicesSchema = z.strictObject(CHOICES);

/** The choices of one portal. */
export type Policy = z.infer<typeof choicesSchema>;

const TAKEN_URNS = [CORE_USER, ENTERPRISE_USER].map((taken) => taken.toLowerCase());

/** What choices must hold together; each with the sentence for a person who broke it. */
const RULES: readonly (readonly [holds: (policy: Policy) => boolean, sentence: string])[] = [
  [({ roles }) => roles.includes(ADMIN_ROLE), 'roles must contain "admin": keys belong to admins'],
  [({ roles }) => new Set(roles).size === roles.length, 'roles must not name a role twice'],
  [({ roles, defaultRole }) => roles.includes(defaultRole), 'defaultRole must be one of roles'],
  [({ defaultRole }) => defaultRole !== ADMIN_ROLE, 'defaultRole cannot be "admin": everybody would be an admin'],
  [
    ({ userNameChanges, userId }) => userNameChanges === 'refused' || userId === 'opaque',
    'userNameChanges "allowed" needs userId "opaque": an id that is the userName would have to change with it',
  ],
  [
    ({ teamBy, attributesStored }) => teamBy === 'portal' || attributesStored === 'full',
    'teamBy "division" needs attributesStored "full", so that the division is stored',
  ],
  [
    ({ extensionUrn }) => !TAKEN_URNS.includes(extensionUrn?.toLowerCase() ?? ''),
    'extensionUrn must be a URN of the portal, not one of the schemas of the RFC',
  ],
  [({ brake }) => brake.atLeast <= brake.number, 'brake.atLeast cannot be more than brake.number'],
];

const policySchema = choicesSchema.check(...RULES.map(([holds, sentence]) => z.refine<Policy>(holds, sentence)));

const featuresSchema = z.strictObject({
  /** Whether `isAdmin` of the portal's extension grants and revokes admin rights. */
  adminSync: z.boolean(),
});

/** What support has switched on for one portal. */
export type Features = z.infer<typeof featuresSchema>;

/** A preset: the choices a portal starts from, and the features that are on from the start. */
export interface Preset {
  readonly policy: Policy;
  readonly features: Features;
}

type Own<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The choices a portal has made itself, as stored; all others are the preset's. */
export type OwnChoices = Own<Omit<Policy, Nested>> & {
  readonly [Name in Nested]?: Own<Policy[Name]> | undefined;
};

/** Choices that are made of choices. */
type Nested = 'deactivation' | 'brake' | 'jit';

/** The policy that a preset and the portal's own choices make together. Fails with `invalid_value` where a choice has a value
 * it cannot have, or two choices do not go together. */
export function resolvePolicy(preset: Policy, own: OwnChoices): Result<Policy> {
  const deactivation = { ...preset.deactivation, ...own.deactivation };
  const brake = { ...preset.brake, ...own.brake };
  const jit = { ...preset.jit, ...own.jit };
  const parsed = z.safeParse(policySchema, { ...preset, ...own, deactivation, brake, jit });
  if (parsed.success) return ok(parsed.data);
  const reasons = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return fail('invalid_value', `These choices do not go together: ${reasons.join('; ')}.`);
}

/** The policy in force: the preset, overlaid with the portal's own choices (JSON). Throws on a row that no code of ours
 * would have written, so that a damaged policy answers nothing rather than something else. */
export function readPolicy(preset: string, choices: string): Policy {
  const resolved = resolvePolicy(presetOf(preset).policy, JSON.parse(choices));
  if (!resolved.ok) throw new Error(`the portal row holds a policy that cannot be: ${resolved.failure.detail}`);
  return resolved.value;
}

/** The features in force: the preset's, overlaid with the switched ones (JSON); throws like `readPolicy`. */
export function readFeatures(preset: string, features: string): Features {
  return featuresSchema.parse({ ...presetOf(preset).features, ...JSON.parse(features) });
}
