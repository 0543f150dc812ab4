// PUT, PATCH and DELETE of one user: load, decide, and one guarded commit; two D1 calls. A lost guard means to begin again.
import type { Portal } from '../../directory/portal.ts';
import { canonicalUser, type User } from '../../directory/user.ts';
import { decideUpdate } from '../../directory/user-decisions.ts';
import type { Wanted } from '../../directory/user-roles.ts';
import { ok, type Result } from '../../failure.ts';
import { patchStaysSilent } from '../../scim/dialects.ts';
import { etagOf } from '../../scim/etag.ts';
import { applyPatch } from '../../scim/patch/apply.ts';
import { readPatch } from '../../scim/patch/operations.ts';
import { readResource } from '../../scim/resource.ts';
import { readUser, selectUser, selectUserToRemove, type UserRow } from '../../storage/user-rows.ts';
import type { Answer } from '../answer.ts';
import { checkIfMatch } from './preconditions.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { retrying } from './retry.ts';
import { projectionOf, userAnswer, userNotFound } from './user-answer.ts';
import { commitDecision, commitRemoval } from './user-commit.ts';
import type { Loaded } from './user-write.ts';

/** RFC 7644 section 3.5.1: replaces what may be written. */
export const putUser: ScimHandler = async (request) => {
  const body = await request.body();
  if (!body.ok) return body;
  return changeUser(request, (_user, portal) => {
    const read = readResource(portal.userSchema, body.value);
    return read.ok ? ok({ resource: read.value.resource, named: read.value.present }) : read;
  });
};

/** RFC 7644 section 3.5.2: all operations or none. */
export const patchUser: ScimHandler = async (request) => {
  const body = await request.body();
  if (!body.ok) return body;
  const operations = readPatch(body.value);
  if (!operations.ok) return operations;
  const silent = patchStaysSilent(request.dialect, request.query);
  const answer = await changeUser(request, (user, portal) =>
    applyPatch(portal.userSchema, canonicalUser(user, portal), operations.value),
  );
  return answer.ok && silent ? ok({ status: 204, headers: answer.value.headers ?? {} }) : answer;
};

/** RFC 7644 section 3.6: the user is deactivated if it was not, and no longer seen by SCIM. */
export const deleteUser: ScimHandler = (request) =>
  withUser(request, selectUserToRemove, async (loaded) => {
    const removed = await commitRemoval(request, loaded);
    if (!removed.ok) return removed;
    return ok(removed.value ? { status: 204 } : undefined);
  });

type WantedOf = (user: User, portal: Portal) => Result<Wanted>;

function changeUser(request: ScimRequest, wantedOf: WantedOf): Promise<Result<Answer>> {
  return withUser(request, selectUser, async (loaded) => {
    const { user, portal } = loaded;
    const projection = projectionOf(request, portal);
    if (!projection.ok) return projection;
    const wanted = wantedOf(user, portal);
    if (!wanted.ok) return wanted;
    const decision = decideUpdate(user, wanted.value, portal);
    if (!decision.ok) return decision;
    const after = await commitDecision(request, loaded, decision.value);
    if (!after.ok) return after;
    return after.value ? userAnswer(request, portal, projection.value, after.value) : ok(undefined);
  });
}

/** Loads the user and acts on it, again when `act` gives undefined because a guard was lost. */
function withUser(
  request: ScimRequest,
  select: typeof selectUser,
  act: (loaded: Loaded) => Promise<Result<Answer | undefined>>,
): Promise<Result<Answer>> {
  const { db, params } = request;
  return retrying(async () => {
    const read = await db.read([select(db.db, params['id'] ?? '')]);
    if (!read.ok) return read;
    const { principal, portal, results } = read.value;
    const row = (results[0]?.results as UserRow[] | undefined)?.[0];
    if (!row) return userNotFound();
    const user = readUser(row);
    const met = checkIfMatch(request.preconditions, etagOf(user.version));
    return met.ok ? act({ user, portal, principal, inGroups: row.inGroups === 1 }) : met;
  });
}
