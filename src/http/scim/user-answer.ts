// A user as the answer of a request: rendered, projected, with its ETag.
import type { Portal } from '../../directory/portal.ts';
import { showsTeams } from '../../directory/team-group.ts';
import type { User } from '../../directory/user.ts';
import { renderUser } from '../../directory/user-resource.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { etagOf } from '../../scim/etag.ts';
import type { JsonObject } from '../../scim/json.ts';
import { userLocation } from '../../scim/location.ts';
import { type Projection, project, readProjection, showsAttribute } from '../../scim/projection.ts';
import { readGroupsOfUsers, selectGroupsOfUsers } from '../../storage/group-rows.ts';
import type { Answer } from '../answer.ts';
import type { ScimRequest } from './request.ts';

/** The projection that the query asks for. */
export function projectionOf(request: ScimRequest, portal: Portal): Result<Projection> {
  const attributes = request.query.get('attributes');
  const excludedAttributes = request.query.get('excludedAttributes');
  return readProjection(portal.userSchema, {
    ...(attributes === null ? {} : { attributes }),
    ...(excludedAttributes === null ? {} : { excludedAttributes }),
  });
}

/** Users as resources in the shape that was asked for, in the order given. */
export async function userResources(
  request: ScimRequest,
  portal: Portal,
  projection: Projection,
  users: readonly User[],
): Promise<Result<readonly JsonObject[]>> {
  const whole = await withGroups(request, portal, projection, users);
  if (!whole.ok) return whole;
  return ok(
    whole.value.map((user) => project(renderUser(user, portal, request.baseUrl), projection, portal.userSchema)),
  );
}

/** The answer to GET, PUT, PATCH and POST, with where the user is and its version (RFC 7644 sections 3.1 and 3.14). */
export async function userAnswer(
  request: ScimRequest,
  portal: Portal,
  projection: Projection,
  user: User,
  status: 200 | 201 = 200,
): Promise<Result<Answer>> {
  const resources = await userResources(request, portal, projection, [user]);
  if (!resources.ok) return resources;
  const [resource = {}] = resources.value;
  const headers = { ETag: etagOf(user.version), Location: userLocation(user.id, request.baseUrl) };
  return ok({ status, resource, headers });
}

/** The groups of users are read only where they are shown, which is only where somebody asks: one D1 call for all users. */
async function withGroups(
  { db }: ScimRequest,
  { policy, userSchema }: Portal,
  projection: Projection,
  users: readonly User[],
): Promise<Result<readonly User[]>> {
  const wanted = policy.groups !== 'off' && users.length > 0 && showsAttribute('groups', projection, userSchema);
  if (!wanted) return ok(users);
  const read = await db.read(selectGroupsOfUsers(db.db, users, showsTeams(policy)));
  if (!read.ok) return read;
  const groups = readGroupsOfUsers(read.value.results);
  return ok(users.map((user) => ({ ...user, groups: groups.get(user.seq) ?? [] })));
}

/** The 404 of a user. */
export function userNotFound(): { readonly ok: false; readonly failure: Failure } {
  return fail('resource_not_found', 'No user with this id is managed through SCIM in this portal.');
}
