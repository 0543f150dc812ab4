// The commands about settings: what they ask of src/directory/portal-settings.ts, and what they say.
import { CHOICE_NAMES, CHOICE_TABLE, choiceNamed, choiceText, isOwn } from '../../src/directory/choices.ts';
import type { Features } from '../../src/directory/policy.ts';
import {
  type Changed,
  type PortalSettings,
  readSettings,
  renamePortal,
  setChoice,
  setFeature,
  switchPreset,
  unsetChoice,
} from '../../src/directory/portal-settings.ts';
import { readSso } from '../../src/sso/settings.ts';
import { readSsoRow, type SsoRow } from '../../src/sso/sso-store.ts';
import { ScriptError } from '../platform.ts';
import { print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

const FEATURES: Readonly<Record<string, keyof Features>> = { 'admin-sync': 'adminSync' };
const STATES: Readonly<Record<string, boolean>> = { on: true, off: false };

/** `show` */
export async function show(options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => {
    tell(must(await readSettings(db)));
    tellSignIn(must(await readSsoRow(db)));
  });
}

function tell(settings: PortalSettings): void {
  const { name, preset, version, own, ownFeatures, policy, features, userCount, activeCount } = settings;
  const from = (isPortals: boolean) => (isPortals ? 'this portal' : preset);
  print(`${name}: preset ${preset}, version ${version}, ${userCount} users, ${activeCount} of them active`);
  const choices = CHOICE_NAMES.map((choice) => [choice, choiceText(policy, choice), from(isOwn(own, choice))]);
  const switches = Object.entries(FEATURES).map(([shown, feature]) => [
    `feature ${shown}`,
    features[feature] ? 'on' : 'off',
    from(ownFeatures[feature] !== undefined),
  ]);
  printTable([...choices, ...switches], { head: ['choice', 'value', 'from'] });
}

function tellSignIn({ sso, emailDomains, appUrl }: SsoRow): void {
  const settings = readSso(sso);
  const domains: readonly string[] = JSON.parse(emailDomains);
  printTable([
    ['single sign-on', settings ? `${settings.state}, by ${settings.issuer}` : 'not set up'],
    ['e-mail domains', domains.length === 0 ? 'none' : domains],
    ['app URL', appUrl],
  ]);
}

/** `policy list` */
export function list(): void {
  const rows = CHOICE_NAMES.map((choice) => [choice, CHOICE_TABLE[choice].takes, CHOICE_TABLE[choice].meaning]);
  printTable(rows, { head: ['choice', 'takes', 'meaning'] });
}

/** `policy set <choice> <value>` */
export async function set(choice: string, value: string, options: Where): Promise<void> {
  const name = must(choiceNamed(choice));
  await withPortal(options, async (context) => {
    const changed = must(await setChoice(context, name, value));
    say(`${name} is ${choiceText(changed.settings.policy, name)}`, changed);
  });
}

/** `policy unset <choice>` */
export async function unset(choice: string, options: Where): Promise<void> {
  const name = must(choiceNamed(choice));
  await withPortal(options, async (context) => {
    const changed = must(await unsetChoice(context, name));
    say(`${name} is ${choiceText(changed.settings.policy, name)}, as in the preset`, changed);
  });
}

/** `preset <name>` */
export async function preset(
  name: string,
  options: Where & { readonly keepOwn?: true; readonly dropOwn?: true },
): Promise<void> {
  await withPortal(options, async (context) => {
    const before = must(await readSettings(context.db));
    const ownCount = CHOICE_NAMES.filter((choice) => isOwn(before.own, choice)).length;
    const hasOwn = ownCount + Object.keys(before.ownFeatures).length > 0;
    if (hasOwn && (options.keepOwn === true) === (options.dropOwn === true)) {
      throw new ScriptError(
        'This portal has made choices of its own. Say what becomes of them: --keep-own or --drop-own.',
      );
    }
    const changed = must(await switchPreset(context, name, options.dropOwn ? 'drop' : 'keep'));
    const own = hasOwn ? `, with its own choices ${options.dropOwn ? 'dropped' : 'kept'}` : '';
    say(`The preset is ${changed.settings.preset}${own}`, changed);
  });
}

/** `feature <name> <on|off>` */
export async function feature(name: string, state: string, options: Where): Promise<void> {
  const known = FEATURES[name];
  const on = STATES[state];
  if (known === undefined)
    throw new ScriptError(`There is no feature "${name}". There is: ${Object.keys(FEATURES).join(', ')}.`);
  if (on === undefined) throw new ScriptError('A feature is on or off.');
  await withPortal(options, async (context) => say(`${name} is ${state}`, must(await setFeature(context, known, on))));
}

/** `name <text>` */
export async function name(text: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const changed = must(await renamePortal(context, text));
    say(`The portal is called ${changed.settings.name}`, changed);
  });
}

function say(sentence: string, { settings, rolesReset, cameIn }: Changed): void {
  const reset = `${rolesReset} users had a role that is gone and are ${settings.policy.defaultRole} now. `;
  const came = `${cameIn} users came into the teams that their division has asked for. `;
  const counts = `${rolesReset > 0 ? reset : ''}${cameIn === undefined ? '' : came}`;
  print(`${sentence}. ${counts}In force with the next request (version ${settings.version}).`);
}
