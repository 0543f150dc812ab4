// How a portal's settings change: preset, choices, features, name. Support does it from the command line and admins in the
// console, by these functions. Each change is one batch under the portal's version, with its journal row, and every isolate
// learns of it with its next read.
import type { Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { type Json, sameJson } from '../scim/json.ts';
import type { Author } from '../storage/journal.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import { type ChoiceName, choiceText, withChoice, withoutChoice } from './choices.ts';
import { type Features, type OwnChoices, type Policy, readFeatures, resolvePolicy } from './policy.ts';
import { isPresetName, PRESETS, type PresetName } from './presets.ts';
import { refoldUsers } from './refold.ts';
import { type Counts, commitSettings, readPortalRow, type SettingsRow } from './settings-commit.ts';
import { roleAttribute } from './user-roles.ts';

/** Where settings live, and who changes them: `cli`, or a signed-in admin by a request. */
export interface SettingsContext extends Author {
  readonly db: D1Database;
  readonly sources: Sources;
}

/** A portal's settings: what it starts from, what it chose itself, and what is in force. */
export interface PortalSettings {
  readonly name: string;
  readonly preset: PresetName;
  readonly version: number;
  readonly own: OwnChoices;
  readonly policy: Policy;
  readonly ownFeatures: Partial<Features>;
  readonly features: Features;
  readonly userCount: number;
  readonly activeCount: number;
}

/** The settings as they are; fails like storage does. Throws on a damaged row, as every request does. */
export async function readSettings(db: D1Database): Promise<Result<PortalSettings>> {
  const row = await readPortalRow(db);
  return row.ok ? ok(settingsOf(row.value)) : row;
}

/** What the portal's row says. Throws on one that no code of ours would have written. */
export function settingsOf(row: SettingsRow): PortalSettings {
  const { name, preset, version, userCount, activeCount } = row;
  if (!isPresetName(preset)) throw new Error(`the portal row names the preset "${preset}", which does not exist`);
  const own: OwnChoices = JSON.parse(row.policy);
  const policy = resolvePolicy(PRESETS[preset].policy, own);
  if (!policy.ok) throw new Error(policy.failure.detail);
  const ownFeatures: Partial<Features> = JSON.parse(row.features);
  const features = readFeatures(preset, row.features);
  const counts = { userCount, activeCount };
  return { name, preset, version, own, policy: policy.value, ownFeatures, features, ...counts };
}

type Draft = Pick<PortalSettings, 'name' | 'preset' | 'own' | 'ownFeatures'>;

/** What a change came to. `rolesReset` counts users whose role no longer exists, and who have the default role now; `cameIn` those
 * who came into a team because the division begins to decide. */
export interface Changed extends Counts {
  readonly settings: PortalSettings;
}

/** Sets one choice from text. Fails with `invalid_value` for a value it cannot have, or one that does not go with the others. */
export function setChoice(context: SettingsContext, name: ChoiceName, text: string): Promise<Result<Changed>> {
  return change(context, [name], (before) => {
    const own = withChoice(before.own, name, text);
    return own.ok ? ok({ ...before, own: own.value }) : own;
  });
}

/** Gives one choice back to the preset. */
export function unsetChoice(context: SettingsContext, name: ChoiceName): Promise<Result<Changed>> {
  return change(context, [name], (before) => ok({ ...before, own: withoutChoice(before.own, name) }));
}

/** Starts from another preset, with the portal's own choices and features kept or dropped. Fails with `invalid_value` when users
 * would get ids of another form, or own choices do not go with the preset. */
export function switchPreset(context: SettingsContext, name: string, own: 'keep' | 'drop'): Promise<Result<Changed>> {
  return change(context, ['preset'], (before) => {
    if (!isPresetName(name)) {
      return fail('invalid_value', `There is no preset "${name}". There are: ${Object.keys(PRESETS).join(', ')}.`);
    }
    return ok(own === 'keep' ? { ...before, preset: name } : { ...before, preset: name, own: {}, ownFeatures: {} });
  });
}

/** Switches a feature. Fails with `invalid_value` where the policy leaves it nothing to do. */
export function setFeature(context: SettingsContext, name: keyof Features, on: boolean): Promise<Result<Changed>> {
  return change(context, [name], (before) => {
    if (on && (before.policy.adminBy !== 'extension' || before.policy.extensionUrn === null)) {
      const sentence = 'In this portal isAdmin steers nothing: adminBy must be "extension", with an extensionUrn.';
      return fail('invalid_value', sentence);
    }
    return ok({ ...before, ownFeatures: { ...before.ownFeatures, [name]: on } });
  });
}

/** Gives the portal another name, for people; `version` is that of the settings that were looked at. Fails with `invalid_value`, and
 * with `precondition_failed` where the settings have another version. */
export function renamePortal(context: SettingsContext, name: string, version?: number): Promise<Result<Changed>> {
  const trimmed = name.trim();
  return write(context, ['name'], (before) => {
    if (isOtherVersion(before, version)) return changedSince();
    return trimmed === '' || trimmed.length > 100
      ? fail('invalid_value', 'The name of the portal takes 1 to 100 characters.')
      : ok({ ...before, name: trimmed });
  });
}

/** The choices of the brake, as text. */
export type BrakeTexts = Readonly<Record<Extract<ChoiceName, `brake.${string}`>, string>>;

/** Whether admins may set the brake in the console: where there is one, or was, by the preset or because whoever runs the portal has
 * switched it on. */
export function brakeIsAdmins({ preset, own, policy }: Pick<PortalSettings, 'preset' | 'own' | 'policy'>): boolean {
  return [PRESETS[preset].policy.brake.state, policy.brake.state].includes('on') || own.brake?.state !== undefined;
}

/** Sets the brake in one step. Fails with `invalid_value` for what it cannot be, with `not_admin` where the brake is not the admins',
 * and with `precondition_failed` where the settings have another `version` than what was looked at. */
export function setBrake(context: SettingsContext, texts: BrakeTexts, version: number): Promise<Result<Changed>> {
  const entries = Object.entries(texts) as [keyof BrakeTexts, string][];
  return write(
    context,
    entries.map(([name]) => name),
    (before) => {
      if (isOtherVersion(before, version)) return changedSince();
      if (!brakeIsAdmins(before)) {
        return fail('not_admin', 'Only whoever runs the portal can give it a brake. Nothing was changed.');
      }
      let own: Result<OwnChoices> = ok(before.own);
      for (const [name, text] of entries) {
        if (!own.ok) return own;
        own = choiceText(before.policy, name) === text.trim() ? own : withChoice(own.value, name, text);
      }
      return own.ok ? ok({ ...before, own: own.value }) : own;
    },
  );
}

function isOtherVersion(before: PortalSettings, version = before.version): boolean {
  return before.version !== version;
}

function changedSince(): Result<never> {
  return fail(
    'precondition_failed',
    'Somebody else changed the settings meanwhile, so nothing was changed. This is how they are now: repeat what you wanted.',
  );
}

/** A change by which users may be shown differently. Those who are looked through until a fault are looked through again by the same
 * change, which then writes nothing else. */
async function change(...args: Parameters<typeof write>): Promise<Result<Changed>> {
  const written = await write(...args);
  if (!written.ok) return written;
  const refolded = await refoldUsers(args[0]);
  return refolded.ok ? written : refolded;
}

/** A change that users are shown no differently by. */
async function write(
  context: SettingsContext,
  names: readonly string[],
  decide: (before: PortalSettings) => Result<Draft>,
): Promise<Result<Changed>> {
  const before = await readSettings(context.db);
  if (!before.ok) return before;
  const draft = decide(before.value);
  if (!draft.ok) return draft;
  const policy = resolvePolicy(PRESETS[draft.value.preset].policy, draft.value.own);
  if (!policy.ok) return policy;
  const movesIds = policy.value.userId !== before.value.policy.userId;
  if (movesIds && before.value.userCount > 0) return idsAreFixed(before.value);
  const commitDraft = () =>
    commitSettings(context, before.value.version, {
      names,
      ...draft.value,
      guardNoUsers: movesIds,
      ...teamsAfter(before.value.policy, policy.value),
      ...rolesAfter(before.value.policy, policy.value),
    });
  const committed = isSame(before.value, draft.value) ? ok<Counts>({ rolesReset: 0 }) : await commitDraft();
  if (!committed.ok) return committed;
  const settings = await readSettings(context.db);
  return settings.ok ? ok({ settings: settings.value, ...committed.value }) : settings;
}

/** Where nothing changes nothing is written, in whatever order the choices were made. The users are looked through all the same,
 * in case that was interrupted. */
function isSame(before: PortalSettings, draft: Draft): boolean {
  const stored = ({ name, preset, own, ownFeatures }: Draft): Json =>
    JSON.parse(JSON.stringify([name, preset, own, ownFeatures]));
  return sameJson(stored(before), stored(draft));
}

/** Users of a role that goes get the new default role, never more. */
function rolesAfter(before: Policy, policy: Policy) {
  const { roles, defaultRole } = policy;
  const goes = before.roles.some((role) => role !== ADMIN_ROLE && !roles.includes(role));
  return goes ? { roles: { kept: roles, otherwise: defaultRole, attribute: roleAttribute({ policy }) } } : {};
}

/** The team of first sign-ins is one that there is; and a division that begins to decide does so for those who have it already. */
function teamsAfter(before: Policy, { jit: { defaultTeam }, teamBy }: Policy) {
  const isNew = defaultTeam !== null && defaultTeam !== before.jit.defaultTeam;
  const divisionBegins = teamBy === 'division' && before.teamBy !== 'division';
  return { divisionBegins, ...(isNew ? { teamThere: defaultTeam } : {}) };
}

function idsAreFixed({ userCount, policy }: PortalSettings): Result<never> {
  const form = policy.userId === 'user_name' ? 'their userName' : 'opaque';
  return fail(
    'invalid_value',
    `This portal has ${userCount} users, whose ids are ${form}. Identity providers keep those ids, so their form cannot change any more. Nothing was changed.`,
  );
}
