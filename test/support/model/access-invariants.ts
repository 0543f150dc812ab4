// Who is inactive has nothing left to act with, and somebody is always left who can put things right.

import type { Moment } from './invariants.ts';
import { rowsIn } from './picture.ts';

/** Nobody inactive or removed has a live key, a session, a role above the default, or a deactivation without a time. */
export function accessHasEnded({ picture, model }: Moment): string[] {
  return rowsIn(picture, 'users').flatMap((user) => {
    const { seq, id, active, role } = user;
    if (active === 1) return user['deactivated_at'] === null ? [] : [`${id} is active and was deactivated`];
    const keys = rowsIn(picture, 'api_keys').filter((key) => key['owner_seq'] === seq && key['revoked_at'] === null);
    const sessions = rowsIn(picture, 'sessions').filter((session) => session['user_seq'] === seq);
    return [
      ...keys.map((key) => `${id} is inactive and has the key ${key['id']}`),
      ...sessions.map(() => `${id} is inactive and has a session`),
      ...(role === model.choices.defaultRole ? [] : [`${id} is inactive and is ${role}`]),
      ...(user['deactivated_at'] === null ? [`${id} is inactive since never`] : []),
    ];
  });
}

/** A key is revoked if somebody revoked it or its owner's access ended, and then only. */
export function keysAreAsModelled({ picture, model }: Moment): string[] {
  const revoked = new Map(rowsIn(picture, 'api_keys').map((row) => [row['id'], row['revoked_at'] !== null]));
  const wrong = model.keys.filter((key) => revoked.get(key.keyId) !== key.revoked);
  const others = revoked.size === model.keys.length ? [] : [`${revoked.size} keys instead of ${model.keys.length}`];
  return [...others, ...wrong.map(({ keyId }) => `the key ${keyId} is ${revoked.get(keyId) ? '' : 'not '}revoked`)];
}

/** At least one active admin can sign in, which no-login service accounts cannot. */
export function anAdminIsLeft({ picture }: Moment): string[] {
  const left = rowsIn(picture, 'users').some(
    (user) =>
      user['role'] === 'admin' &&
      user['active'] === 1 &&
      user['removed_at'] === null &&
      user['login_type'] !== 'service',
  );
  return left ? [] : ['nobody is left who can sign in as an admin'];
}

/** Members are there and not removed; inactive ones stay. */
export function membersAreVisible({ picture }: Moment): string[] {
  const groups = new Set(rowsIn(picture, 'groups').map((group) => group['seq']));
  const visible = new Set(
    rowsIn(picture, 'users')
      .filter((user) => user['removed_at'] === null && user['login_type'] === 'saml')
      .map((user) => user['seq']),
  );
  return rowsIn(picture, 'group_members')
    .filter((row) => !groups.has(row['group_seq'] ?? null) || !visible.has(row['user_seq'] ?? null))
    .map((row) => `${row['user_seq']} is a member of ${row['group_seq']}`);
}
