// What a step would do to one account, in exact sentences: by this portal's policy and by what the user owns now. Pure.

import { isOver, keyState } from '../../auth/key-state.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { Portal } from '../../directory/portal.ts';
import { ARCHIVE_MS } from '../../lifecycle/deactivate.ts';
import { capital, listText } from '../../wording.ts';
import { COUNTED, counted } from '../page/count-text.ts';
import { sizeText } from '../page/size-text.ts';
import { dayText } from './profile-lines.ts';
import type { ContentCount, OwnedKey, UserDetails } from './user-query.ts';

/** Such as `3 files`; where counting stopped, `at least 1,000 files`. */
export function countText(count: number, noun: string): string {
  return counted(count, noun, COUNTED);
}

/** What a deactivation at `nowMs` does: one sentence about access, one about what goes, and one about what stays. */
export function deactivationSentences(details: UserDetails, { policy }: Portal, nowMs: number): readonly string[] {
  const { account, counts } = details;
  const ended = [
    account.loginType === 'service'
      ? 'nobody can act with the account'
      : 'nobody can sign in with the account any more',
    ...(counts.sessions > 0 ? [`${countText(counts.sessions, 'open session')} ${verb(counts.sessions, 'end')}`] : []),
    ...(counts.liveKeys > 0 ? [`${keysText(details, nowMs)} ${be(counts.liveKeys)} revoked`] : []),
    ...(account.role === ADMIN_ROLE ? ['admin rights go'] : []),
    ...(details.passwordSetAt === null ? [] : ['the password is forgotten']),
  ];
  const gone = goingParts(details, policy.deactivation, nowMs);
  const kept = [
    'user name',
    'id',
    'external id',
    ...(policy.deactivation.profile === 'keep' ? ['the profile'] : []),
    ...(policy.deactivation.content === 'keep' ? ['files', 'messages'] : []),
    ...(policy.deactivation.workspaces === 'keep' ? ['workspaces'] : []),
  ];
  return [
    `Access ends at once: ${listText(ended)}.`,
    ...(gone.length === 0 ? [] : [`${capital(gone.join('; '))}.`]),
    `${capital(listText(kept))} stay.`,
  ];
}

function goingParts(
  { files, messages, counts }: UserDetails,
  { profile, content, workspaces }: Portal['policy']['deactivation'],
  nowMs: number,
): string[] {
  const things = [contentText(files, 'file'), contentText(messages, 'message')].flat();
  const count = files.count + messages.count;
  const active = counts.activeWorkspaces;
  const day = dayText(nowMs + ARCHIVE_MS);
  return [
    ...(profile === 'remove' ? ['the profile is removed'] : []),
    ...(content === 'destroy' && count > 0 ? [`${listText(things)} ${be(count)} deleted at once and for ever`] : []),
    ...(workspaces === 'archive' && active > 0
      ? [
          `${countText(active, 'active workspace')} ${be(active)} closed to everybody, and deleted with all ${active === 1 ? 'it holds' : 'they hold'} on ${day} unless an admin restores ${active === 1 ? 'it' : 'them'}`,
        ]
      : []),
  ];
}

function contentText({ count, bytes }: ContentCount, noun: string): string[] {
  return count === 0 ? [] : [`${countText(count, noun)} (${count >= COUNTED ? 'at least ' : ''}${sizeText(bytes)})`];
}

/** What works and ends with the owner, such as `2 API keys and 1 OAuth client`. */
function keysText({ keys, counts }: UserDetails, nowMs: number): string {
  const clients = keys.filter((key) => key.purpose === 'oauth' && !isOver(keyState(key, nowMs))).length;
  const others = counts.liveKeys - clients;
  return listText([
    ...(others > 0 ? [countText(others, 'API key')] : []),
    ...(clients > 0 ? [countText(clients, 'OAuth client')] : []),
  ]);
}

/** The keys and clients that work, and that an identity provider has used. */
export function keysInUse({ keys }: UserDetails, nowMs: number): readonly OwnedKey[] {
  return keys.filter((key) => key.lastUsedAt !== null && ['alive', 'replaced'].includes(keyState(key, nowMs).kind));
}

function be(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function verb(count: number, word: string): string {
  return count === 1 ? `${word}s` : word;
}
