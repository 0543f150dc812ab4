// The three places a portal can start from, as data. A preset has no behaviour of its own: it is a name for a set of choices.
import type { Preset } from './policy.ts';

/** The numbers of the brake, which a portal that switches it on starts from. */
const BRAKE = { percent: 20, atLeast: 10, number: 100 } as const;

/** `sendsafely`: SCIM decides over access and destroys what a person leaves. `sendoso`: roles and teams come from the identity
 * provider, data stays. `open`: everything SCIM offers, nothing destroyed unless the portal chooses so. */
export const PRESETS = {
  sendsafely: {
    policy: {
      userId: 'user_name',
      userNameChanges: 'refused',
      attributesStored: 'full',
      groups: 'full',
      roles: ['user', 'admin'],
      defaultRole: 'user',
      adminBy: 'extension',
      teamBy: 'portal',
      extensionUrn: 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User',
      showLastLogin: true,
      deactivation: { profile: 'remove', content: 'destroy', workspaces: 'archive' },
      brake: { state: 'off', ...BRAKE },
      jit: { state: 'off', defaultTeam: null },
    },
    features: { adminSync: false },
  },
  sendoso: {
    policy: {
      userId: 'opaque',
      userNameChanges: 'refused',
      attributesStored: 'full',
      groups: 'teams_read_only',
      roles: ['sender', 'manager', 'department_admin', 'admin'],
      defaultRole: 'sender',
      adminBy: 'user_type',
      teamBy: 'division',
      extensionUrn: null,
      showLastLogin: false,
      deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' },
      brake: { state: 'off', ...BRAKE },
      jit: { state: 'on', defaultTeam: null },
    },
    features: { adminSync: false },
  },
  open: {
    policy: {
      userId: 'opaque',
      userNameChanges: 'allowed',
      attributesStored: 'full',
      groups: 'full',
      roles: ['user', 'admin'],
      defaultRole: 'user',
      adminBy: 'extension',
      teamBy: 'portal',
      extensionUrn: 'urn:portcullis:scim:schemas:extension:portal:2.0:User',
      showLastLogin: false,
      deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' },
      brake: { state: 'on', ...BRAKE },
      jit: { state: 'on', defaultTeam: null },
    },
    features: { adminSync: true },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

/** True for the name of a preset. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/** The preset that a portal's row names; throws on a name that no code of ours would have written. */
export function presetOf(name: string): Preset {
  if (!isPresetName(name)) throw new Error(`the portal row names the preset "${name}", which does not exist`);
  return PRESETS[name];
}
