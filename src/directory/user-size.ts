// How much of one user is stored: what the client sent, and beside it what filters read of it, which compatibility folding can
// make many times longer. D1 keeps values of up to 2 MB, and a page of 200 users has to fit into one isolate.
import { fail, ok, type Result } from '../failure.ts';
import type { Portal } from './portal.ts';
import type { Profile, User } from './user.ts';
import { foldUser } from './user-folded.ts';

/** UTF-8 bytes of a user's profile and of what filters read of it, together. */
export const MAX_USER_BYTES = 192 * 1024;

/** Profiles of so few UTF-16 units fit whatever they hold: one unit folds to 18 at most (U+FDFA), filters read a name twice,
 * and a unit takes up to three bytes. So what folding costs twice is only asked of the few large users. */
const SURELY_STORABLE_UNITS = 1_500;

/** Fails with `invalid_value` where a user as it would be takes more than `MAX_USER_BYTES`. */
export function checkSize(
  user: Profile & Pick<User, 'userName' | 'active' | 'role'>,
  portal: Portal,
): Result<undefined> {
  const { externalId, givenName, familyName, attributes } = user;
  const stored = JSON.stringify([externalId, givenName, familyName, attributes]);
  if (stored.length <= SURELY_STORABLE_UNITS) return ok(undefined);
  const bytes = new TextEncoder().encode(stored + foldUser({ ...NOT_FOLDED, ...user }, portal)).byteLength;
  if (bytes <= MAX_USER_BYTES) return ok(undefined);
  return fail(
    'invalid_value',
    `The attributes of one user cannot take more than ${MAX_USER_BYTES / 1024} KiB together with what filters read of them. Nothing was changed.`,
  );
}

/** What `foldUser` leaves out, because it stands in columns. */
const NOT_FOLDED = {
  seq: 0,
  id: '',
  registration: 1,
  lastLoginAt: null,
  createdAt: 0,
  updatedAt: 0,
  version: 1,
} as const;
