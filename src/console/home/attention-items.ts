// From what Home has read to what needs attention: one item a matter, the pressing ones first, each with a sentence and what to do.
// Pure.
import type { RefusalCode } from '../../failure.ts';
import type { RefusedLine } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { printable } from '../../printable.ts';
import { counted } from '../page/time-text.tsx';
import { type Attention, COUNTED, type KeyTrouble, type OutsideAdmin, type RefusalGroup } from './attention-query.ts';

/** `act`: something is wrong now. `soon`: it will be, or may be. `note`: nothing is wrong, but somebody should know. */
export type Level = 'act' | 'soon' | 'note';

export interface Line {
  readonly text: string;
  /** A time that belongs to it, in UTC milliseconds, and the word before it. */
  readonly when?: { readonly word: string; readonly at: number };
  /** What to change, by side. */
  readonly changes?: readonly string[];
}

export interface Item {
  readonly level: Level;
  readonly title: string;
  readonly sentence: string;
  readonly since?: number;
  readonly lines?: readonly Line[];
  readonly todo: string;
  readonly command?: string;
}

/** What the items are about, besides the rows: since when the brake holds, and what a command line needs to reach this portal. */
export interface Portal {
  readonly brakeEngagedAt: number | null;
  /** ` --remote`, or nothing for a local portal. */
  readonly where: string;
}

/** All items, the pressing ones first. */
export function attentionItems(attention: Attention, portal: Portal): readonly Item[] {
  const { counts, keys, admins, refusals } = attention;
  const of = (trouble: KeyTrouble['trouble']) => keys.filter((key) => key.trouble === trouble);
  const items = [
    brakeItem(counts.heldUsers, portal),
    mailItem(counts.deadMails, portal),
    ownerItem(of('owner'), portal),
    expiryItem(of('expiry'), portal),
    silentItem(of('silent'), portal),
    refusalItem(refusals, portal),
    dueItem(counts, portal),
    connectItem(counts, portal),
    adminItem(admins, portal),
  ];
  return items.filter((item) => item !== undefined);
}

function brakeItem(held: number, { brakeEngagedAt, where }: Portal): Item | undefined {
  if (brakeEngagedAt === null) return undefined;
  return {
    level: 'act',
    title: 'The brake is engaged',
    since: brakeEngagedAt,
    sentence:
      'Many people were deactivated within an hour. They cannot sign in, but nothing of theirs is destroyed: ' +
      `what ${people(held)} would lose is held.`,
    todo: 'If it was a mistake, correct the identity provider and give everything back. If it was meant, release it.',
    command: `npm run portal -- brake show${where}`,
  };
}

function mailItem(dead: number, { where }: Portal): Item | undefined {
  if (dead === 0) return undefined;
  return {
    level: 'act',
    title: `${counted(dead, 'mail', COUNTED)} could not be sent`,
    sentence: 'They tell admins of a change of admin rights or of the brake, and nobody tries again by itself.',
    todo: 'See the reason, correct it, and try again with: mails retry --dead.',
    command: `npm run portal -- mails${where}`,
  };
}

function ownerItem(keys: readonly KeyTrouble[], { where }: Portal): Item | undefined {
  if (keys.length === 0) return undefined;
  return {
    level: 'act',
    title: `${counted(keys.length, 'key')} without an admin`,
    sentence: 'A key works only while its owner is an active admin. The identity provider that uses it is refused.',
    lines: keys.map((key) => ({ text: keyName(key) })),
    todo: 'Make a key that a service account owns and enter it in the identity provider, then revoke the old one.',
    command: `npm run key -- create --owner scim@acme.example${where}`,
  };
}

function expiryItem(keys: readonly KeyTrouble[], { where }: Portal): Item | undefined {
  if (keys.length === 0) return undefined;
  return {
    level: 'soon',
    title: `${counted(keys.length, 'key')} about to expire`,
    sentence: 'Provisioning stops when the key that the identity provider uses expires.',
    lines: keys.map((key) => withTime(keyName(key), 'expires', key.expiresAt)),
    todo: 'Make another key for the same owner and enter it in the identity provider before that day.',
    command: `npm run key -- create --owner ${word(keys[0]?.username)}${where}`,
  };
}

function silentItem(keys: readonly KeyTrouble[], { where }: Portal): Item | undefined {
  if (keys.length === 0) return undefined;
  return {
    level: 'soon',
    title: 'An identity provider is silent',
    sentence: 'A key that was in use has made no request for three days. Leavers may still have access.',
    lines: keys.map((key) => withTime(keyName(key), 'last used', key.lastUsedAt)),
    todo: 'Look whether provisioning is switched on there and reports no error. A key that is not needed any more should be revoked.',
    command: `npm run key -- list${where}`,
  };
}

function refusalItem(groups: readonly RefusalGroup[], { where }: Portal): Item | undefined {
  if (groups.length === 0) return undefined;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return {
    level: 'soon',
    title: `${counted(count, 'request')} refused in the last 24 hours`,
    sentence: 'What an identity provider asked for and did not get, by reason; the newest of each.',
    lines: groups.map(refusalLine),
    todo: 'Change the named setting. Every refused request is in the log, with its time and id.',
    command: `npm run portal -- log --refused --since 24h${where}`,
  };
}

function refusalLine({ count, label, owner: keyOwner, rule, ...row }: RefusalGroup): Line {
  const key = label === null || keyOwner === null ? {} : { key: { label, owner: keyOwner } };
  const entry: RefusedLine = { source: 'refusal', ...row, rule: rule as RefusalCode, ...key };
  const { sentence, change } = explain(entry);
  const { okta, entra } = change ?? {};
  const changes = [...(okta ? [`Okta: ${okta}`] : []), ...(entra ? [`Entra: ${entra}`] : [])];
  const times = count === 1 ? 'once' : `${count} times`;
  return { text: sentence, when: { word: `${times}, last`, at: row.at }, changes };
}

function dueItem({ dueContents, dueWorkspaces }: Attention['counts'], { where }: Portal): Item | undefined {
  const [contents, workspaces] = [dueContents ?? 0, dueWorkspaces ?? 0];
  if (contents + workspaces === 0) return undefined;
  const what = [
    ...(contents > 0 ? [`the files and messages of ${people(contents)}`] : []),
    ...(workspaces > 0 ? [`the archived workspaces of ${people(workspaces)}`] : []),
  ].join(' and ');
  return {
    level: 'soon',
    title: 'Something is destroyed by tomorrow',
    sentence: `Within 24 hours ${what} will be deleted for good.`,
    todo: 'To keep something longer, hold it by its number in the list.',
    command: `npm run portal -- destructions list --within 24h${where}`,
  };
}

function connectItem({ lastUsedAt, liveKeys }: Attention['counts'], { where }: Portal): Item | undefined {
  if (lastUsedAt !== null) return undefined;
  return {
    level: 'note',
    title: 'No identity provider is connected yet',
    sentence: 'This portal has not seen a request with a key that is in force.',
    todo: `${liveKeys > 0 ? 'Enter the key' : 'Make a key and enter it'} in Okta or Entra, as docs/connect-okta.md and docs/connect-entra.md show.`,
    command: liveKeys > 0 ? `npm run key -- list${where}` : `npm run key -- create --owner scim@acme.example${where}`,
  };
}

function adminItem(admins: readonly OutsideAdmin[], { where }: Portal): Item | undefined {
  if (admins.length === 0) return undefined;
  const names = { password: 'signs in with a password', service: 'service account, nobody signs in with it' } as const;
  return {
    level: 'note',
    title: 'Admins outside the identity provider',
    sentence: 'They stay admins whatever the identity provider says. One for emergencies and one a key are normal.',
    lines: admins.map(({ userName, loginType }) => ({ text: `${printable(userName, 80)}: ${names[loginType]}` })),
    todo: 'If you do not know one of them, look who made it.',
    command: `npm run portal -- log --type user.created --user ${word(admins[0]?.userName)}${where}`,
  };
}

function people(count: number): string {
  return count === 1 ? 'one person' : `${count >= COUNTED ? 'at least ' : ''}${count} people`;
}

function keyName({ label, username }: KeyTrouble): string {
  return `“${printable(label, 60)}” of ${printable(username, 80)}`;
}

/** A name inside a command line that people paste: only where a shell takes it for nothing but a word. */
function word(name: string | undefined): string {
  return name !== undefined && /^[\w.+@-]+$/.test(name) ? name : 'EMAIL';
}

function withTime(text: string, word: string, at: number | null): Line {
  return at === null ? { text } : { text, when: { word, at } };
}
