// What the presets choose, as far as the model has to know it, and what of it a portal can change.
import type { PresetName } from '../../../src/directory/presets.ts';

/** The choices that decide what a request means and what an end takes. */
export interface Choices {
  readonly idIsName: boolean;
  readonly renames: boolean;
  readonly adminBy: 'extension' | 'user_type';
  readonly defaultRole: string;
  adminSync: boolean;
  /** Two ends of access within an hour engage it. */
  brake: boolean;
  profile: 'remove' | 'keep';
  content: 'destroy' | 'keep';
  workspaces: 'archive' | 'keep';
}

export const PRESET_CHOICES: Readonly<Record<PresetName, Choices>> = {
  sendsafely: {
    idIsName: true,
    renames: false,
    adminBy: 'extension',
    defaultRole: 'user',
    adminSync: false,
    brake: false,
    profile: 'remove',
    content: 'destroy',
    workspaces: 'archive',
  },
  sendoso: {
    idIsName: false,
    renames: false,
    adminBy: 'user_type',
    defaultRole: 'sender',
    adminSync: false,
    brake: false,
    profile: 'keep',
    content: 'keep',
    workspaces: 'keep',
  },
  open: {
    idIsName: false,
    renames: true,
    adminBy: 'extension',
    defaultRole: 'user',
    adminSync: true,
    brake: false,
    profile: 'keep',
    content: 'keep',
    workspaces: 'keep',
  },
};
