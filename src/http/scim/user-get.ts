// GET /Users/{id}: one D1 call.

import { ok } from '../../failure.ts';
import { etagOf } from '../../scim/etag.ts';
import { showsAttribute } from '../../scim/projection.ts';
import { readUser, selectUser, type UserRow } from '../../storage/user-rows.ts';
import { notModified } from './preconditions.ts';
import type { ScimHandler } from './request.ts';
import { projectionOf, userAnswer, userNotFound } from './user-answer.ts';

/** RFC 7644 section 3.4.1. */
export const getUser: ScimHandler = async (request) => {
  const { db, params } = request;
  const loaded = await db.read([selectUser(db.db, params['id'] ?? '')]);
  if (!loaded.ok) return loaded;
  const { portal, results } = loaded.value;
  const projection = projectionOf(request, portal);
  if (!projection.ok) return projection;
  const row = (results[0]?.results as UserRow[] | undefined)?.[0];
  if (!row) return userNotFound();
  const user = readUser(row);
  // Memberships and sign-ins come without a new version of the user, so a representation that shows them is always sent.
  const shows = (name: string) => showsAttribute(name, projection.value, portal.userSchema);
  const isUnversioned = shows('groups') || (user.lastLoginAt !== null && shows('userLastLoggedInTimeStamp'));
  const known = isUnversioned ? undefined : notModified(request.preconditions, etagOf(user.version));
  return known ? ok(known) : userAnswer(request, portal, projection.value, user);
};
