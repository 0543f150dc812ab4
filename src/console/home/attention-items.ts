// From what Home has read to what needs attention: one item a matter, the pressing ones first, each with a sentence and what to do.
// Pure.
import type { RefusalCode } from '../../failure.ts';
import type { RefusedLine } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { printable } from '../../printable.ts';
import { capital } from '../../wording.ts';
import { COUNTED, counted, people } from '../page/count-text.ts';
import { type Attention, DAY_MS, type KeyTrouble, type OutsideAdmin, type RefusalGroup } from './attention-query.ts';
import { certificateItem } from './certificate-item.ts';

/** `act`: something is wrong now. `soon`: it will be, or may be. `note`: nothing is wrong, but somebody should know. */
export type Level = 'act' | 'soon' | 'note';

export interface Line {
  readonly text: string;
  /** A time that belongs to it, in UTC milliseconds, and the word before it. */
  readonly when?: { readonly word: string; readonly at: number };
  /** The screen that shows it. */
  readonly href?: string;
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
  /** The screen that deals with it, and what its link says. */
  readonly link: { readonly href: string; readonly text: string };
}

/** All items at `nowMs`, the pressing ones first. `brakeEngagedAt`: since when the brake holds, if it does. */
export function attentionItems(attention: Attention, brakeEngagedAt: number | null, nowMs: number): readonly Item[] {
  const { counts, keys, admins, refusals } = attention;
  const of = (trouble: KeyTrouble['trouble']) => keys.filter((key) => key.trouble === trouble);
  const items = [
    brakeItem(counts.heldUsers, brakeEngagedAt),
    mailItem(counts.deadMails),
    ownerItem(of('owner')),
    expiryItem(of('expiry')),
    certificateItem(counts.sso, nowMs),
    silentItem(of('silent')),
    refusalItem(refusals),
    dueItem(counts),
    connectItem(counts),
    adminItem(admins),
  ];
  return items.filter((item) => item !== undefined);
}

function brakeItem(held: number, engagedAt: number | null): Item | undefined {
  if (engagedAt === null) return heldItem(held);
  return {
    level: 'act',
    title: 'The brake is engaged',
    since: engagedAt,
    sentence:
      'Many people were deactivated within an hour. They cannot sign in, but nothing of theirs is destroyed: ' +
      `what ${people(held, COUNTED)} would lose is held.`,
    todo: 'If it was a mistake, correct the identity provider and give everything back. If it was meant, release it.',
    link: { href: '/console/brake', text: 'See who is held' },
  };
}

/** What a brake that was lifted still holds waits for an admin, however long. */
function heldItem(held: number): Item | undefined {
  if (held === 0) return undefined;
  return {
    level: 'soon',
    title: `${capital(people(held, COUNTED))} ${held === 1 ? 'is' : 'are'} still held`,
    sentence:
      'The brake was lifted, but what it held waits for a decision: nothing of it is destroyed, and nobody has it back.',
    todo: 'Give it back or release it, for everybody or for some.',
    link: { href: '/console/brake', text: 'See who is held' },
  };
}

function mailItem(dead: number): Item | undefined {
  if (dead === 0) return undefined;
  return {
    level: 'act',
    title: `${counted(dead, 'mail', COUNTED)} could not be sent`,
    sentence: 'They tell admins of a change of admin rights or of the brake, and nobody tries again by itself.',
    todo: 'See the reason, correct it, and try again.',
    link: { href: '/console/mails', text: 'See the mails' },
  };
}

function ownerItem(keys: readonly KeyTrouble[]): Item | undefined {
  if (keys.length === 0) return undefined;
  return {
    level: 'act',
    title: `${counted(keys.length, nounOf(keys))} without an admin`,
    sentence:
      'A key or an OAuth client works only while its owner is an active admin. The identity provider that uses it is refused.',
    lines: keys.map((key) => ({ text: keyName(key), href: keyPath(key) })),
    todo: 'Make one that a service account owns and enter it in the identity provider, then revoke the old one.',
    link: { href: '/console/keys', text: 'Open the keys' },
  };
}

function expiryItem(keys: readonly KeyTrouble[]): Item | undefined {
  if (keys.length === 0) return undefined;
  return {
    level: 'soon',
    title: `${counted(keys.length, 'key')} about to expire`,
    sentence: 'Provisioning stops when the key that the identity provider uses expires.',
    lines: keys.map((key) => {
      const text = key.isReplaced ? `${keyName(key)}: the new key has not been used yet` : keyName(key);
      return { ...withTime(text, 'expires', key.expiresAt), href: keyPath(key) };
    }),
    todo: 'Rotate it: the new key works beside the old one until you have entered it in the identity provider.',
    link: { href: '/console/keys', text: 'Open the keys' },
  };
}

function silentItem(keys: readonly KeyTrouble[]): Item | undefined {
  const [first] = keys;
  if (!first) return undefined;
  return {
    level: 'soon',
    title: 'An identity provider is silent',
    sentence: `${keys.every(isClient) ? 'An OAuth client' : 'A key'} has made no request for longer than usual. Leavers may still have access.`,
    lines: keys.map((key) => ({
      ...withTime(`${keyName(key)}${rhythm(key)}`, 'last used', key.lastUsedAt),
      href: keyPath(key),
    })),
    todo: 'Look whether provisioning is switched on there and reports no error. Revoke what is not needed any more.',
    link: { href: '/console/connect', text: 'Check the connection' },
  };
}

/** How often a key is used as a rule, where that is not every day. */
function rhythm({ usualGapMs }: KeyTrouble): string {
  const days = Math.round((usualGapMs ?? 0) / DAY_MS);
  return days > 1 ? `, usually used every ${days} days` : '';
}

function refusalItem(groups: readonly RefusalGroup[]): Item | undefined {
  if (groups.length === 0) return undefined;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return {
    level: 'soon',
    title: `${counted(count, 'request')} refused in the last 24 hours`,
    sentence: 'What an identity provider asked for and did not get, by reason; the newest of each.',
    lines: groups.map(refusalLine),
    todo: 'Change the named setting. Every refused request is in the log, with its time and id.',
    link: { href: '/console/log?show=refused', text: 'See every refused request' },
  };
}

function refusalLine({ count, label, owner: keyOwner, isClient, rule, ...row }: RefusalGroup): Line {
  const named = label !== null && keyOwner !== null;
  const key = named ? { key: { label, owner: keyOwner, isClient: isClient === 1 } } : {};
  const entry: RefusedLine = { source: 'refusal', ...row, rule: rule as RefusalCode, ...key };
  const { sentence, change } = explain(entry);
  const { okta, entra } = change ?? {};
  const changes = [...(okta ? [`Okta: ${okta}`] : []), ...(entra ? [`Entra: ${entra}`] : [])];
  const times = count === 1 ? 'once' : `${count} times`;
  return { text: sentence, when: { word: `${times}, last`, at: row.at }, changes };
}

function dueItem({ dueContents, dueWorkspaces }: Attention['counts']): Item | undefined {
  const [contents, workspaces] = [dueContents ?? 0, dueWorkspaces ?? 0];
  if (contents + workspaces === 0) return undefined;
  const what = [
    ...(contents > 0 ? [`the files and messages of ${people(contents, COUNTED)}`] : []),
    ...(workspaces > 0 ? [`the archived workspaces of ${people(workspaces, COUNTED)}`] : []),
  ].join(' and ');
  return {
    level: 'soon',
    title: 'Something is destroyed by tomorrow',
    sentence: `Within 24 hours ${what} will be deleted for good.`,
    todo: 'To keep something longer, put it on hold.',
    link: { href: '/console/destructions', text: 'See what is destroyed' },
  };
}

function connectItem({ lastUsedAt }: Attention['counts']): Item | undefined {
  if (lastUsedAt !== null) return undefined;
  return {
    level: 'note',
    title: 'No identity provider is connected yet',
    sentence: 'This portal has not seen a request with a key that is in force.',
    todo: 'The guides for Okta and Entra show the values of this portal, ready to copy.',
    link: { href: '/console/connect', text: 'Connect an identity provider' },
  };
}

function adminItem(admins: readonly OutsideAdmin[]): Item | undefined {
  if (admins.length === 0) return undefined;
  const names = { password: 'signs in with a password', service: 'service account, nobody signs in with it' } as const;
  return {
    level: 'note',
    title: 'Admins outside the identity provider',
    sentence: 'They stay admins whatever the identity provider says. One for emergencies and one a key are normal.',
    lines: admins.map(({ seq, userName, loginType }) => ({
      text: `${printable(userName, 80)}: ${names[loginType]}`,
      href: `/console/users/${seq}`,
    })),
    todo: 'If you do not know one of them, see on their page who made it.',
    link: { href: '/console/users?role=admin', text: 'See all admins' },
  };
}

function isClient(key: KeyTrouble): boolean {
  return key.isClient === 1;
}

function nounOf(keys: readonly KeyTrouble[]): string {
  return keys.every(isClient) ? 'OAuth client' : 'key';
}

function keyName({ label, username, isClient }: KeyTrouble): string {
  return `${isClient === 1 ? 'OAuth client ' : ''}“${printable(label, 60)}” of ${printable(username, 80)}`;
}

function keyPath({ id, isClient }: KeyTrouble): string {
  return `/console/${isClient === 1 ? 'clients' : 'keys'}/${encodeURIComponent(id)}`;
}

function withTime(text: string, word: string, at: number | null): Line {
  return at === null ? { text } : { text, when: { word, at } };
}
