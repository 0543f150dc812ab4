// What one portal has chosen. A preset is where a portal starts; every choice can then be set by itself, and only what
// differs from the preset is stored. DESIGN section 6 names the choices.
import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

const policySchema = z.strictObject({
  /** What the `id` of a user is on the wire. */
  userId: z.enum(['user_name', 'opaque']),
  userNameChanges: z.enum(['refused', 'allowed']),
  /** `minimal` keeps userName, active, given and family name and externalId; the rest is accepted and ignored. */
  attributesStored: z.enum(['full', 'minimal']),
  /** `teams_read_only` shows the portal's teams beside the groups; `off` has none, and says 501 to writes. */
  groups: z.enum(['full', 'teams_read_only', 'off']),
  roles: z.array(name).check(z.minLength(1)),
  /** What a new or returning user gets. */
  defaultRole: name,
  /** What steers admin rights through SCIM. */
  adminBy: z.enum(['extension', 'user_type']),
  extensionUrn: z.nullable(z.string().check(z.startsWith('urn:'))),
  /** Whether `userLastLoggedInTimeStamp` is shown. */
  showLastLogin: z.boolean(),
  /** What a deactivation does besides ending access. */
  deactivation: z.strictObject({
    profile: z.enum(['remove', 'keep']),
    content: z.enum(['destroy', 'keep']),
    workspaces: z.enum(['archive', 'keep']),
  }),
});

/** The choices of one portal. */
export type Policy = z.infer<typeof policySchema>;

const featuresSchema = z.strictObject({
  /** Whether `isAdmin` of the portal's extension grants and revokes admin rights. */
  adminSync: z._default(z.boolean(), false),
});

/** What support has switched on for one portal. */
export type Features = z.infer<typeof featuresSchema>;

/** The presets that are built. DESIGN names two more, `sendoso` and `open`. */
export const PRESETS = {
  sendsafely: {
    userId: 'user_name',
    userNameChanges: 'refused',
    attributesStored: 'full',
    groups: 'full',
    roles: ['user', 'admin'],
    defaultRole: 'user',
    adminBy: 'extension',
    extensionUrn: 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User',
    showLastLogin: true,
    deactivation: { profile: 'remove', content: 'destroy', workspaces: 'archive' },
  },
} as const satisfies Record<string, Policy>;

export type PresetName = keyof typeof PRESETS;

/** True for the name of a preset that is built. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/** The policy in force: the preset, overlaid with the portal's own choices (JSON). Throws on a row that no code of ours
 * would have written, so that a damaged policy answers nothing rather than something else. */
export function readPolicy(preset: string, choices: string): Policy {
  if (!isPresetName(preset)) throw new Error(`the portal row names the preset "${preset}", which is not built`);
  return policySchema.parse({ ...PRESETS[preset], ...JSON.parse(choices) });
}

/** The switched features (JSON); throws like `readPolicy`. */
export function readFeatures(features: string): Features {
  return featuresSchema.parse(JSON.parse(features));
}
