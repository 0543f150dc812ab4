// A group as the answer of a request: which parts are asked for, and so which are read at all.
import type { Group, GroupMember } from '../../directory/group.ts';
import { readMembers } from '../../directory/group-members.ts';
import { renderGroup } from '../../directory/group-resource.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { etagOf } from '../../scim/etag.ts';
import type { JsonObject } from '../../scim/json.ts';
import { groupLocation } from '../../scim/location.ts';
import { type Projection, project, readProjection, showsAttribute } from '../../scim/projection.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { readGroup, selectGroup, selectMembers } from '../../storage/group-rows.ts';
import type { Answer } from '../answer.ts';
import type { ScimRequest } from './request.ts';

/** A group push carries the whole list of members. */
export const MAX_GROUP_BODY_BYTES = 8 * 1024 * 1024;

/** What an answer shows of a group. Without members, they are not read. */
export interface GroupShape {
  readonly projection: Projection;
  readonly members: boolean;
}

/** The shape that the query asks for. */
export function readShape({ query }: ScimRequest): Result<GroupShape> {
  const projection = readProjection(groupSchema, {
    attributes: query.get('attributes') ?? undefined,
    excludedAttributes: query.get('excludedAttributes') ?? undefined,
  });
  if (!projection.ok) return projection;
  return ok({ projection: projection.value, members: showsAttribute('members', projection.value, groupSchema) });
}

/** A group with the members that its answer shows. */
export interface ShownGroup {
  readonly group: Group;
  readonly members: readonly GroupMember[];
}

/** The statements of a group as an answer shows it, for `readShown`. */
export function selectShown(db: D1Database, id: string, shape: GroupShape): D1PreparedStatement[] {
  return [selectGroup(db, id), ...(shape.members ? [selectMembers(db, id)] : [])];
}

/** The group of two results; undefined when there is none. */
export function readShown([group, members]: readonly (D1Result | undefined)[]): ShownGroup | undefined {
  const found = readGroup(group);
  return found && { group: found, members: readMembers(members).get(found.seq) ?? [] };
}

/** Reads a group as an answer shows it, in a D1 call of its own: undefined when there is none. */
export async function readBack(
  { db }: ScimRequest,
  id: string,
  shape: GroupShape,
): Promise<Result<ShownGroup | undefined>> {
  const loaded = await db.read(selectShown(db.db, id, shape));
  return loaded.ok ? ok(readShown(loaded.value.results)) : loaded;
}

/** One group as a resource in the shape that was asked for. */
export function groupResource({ baseUrl }: ScimRequest, shape: GroupShape, { group, members }: ShownGroup): JsonObject {
  const shown = shape.members ? members : undefined;
  return project(renderGroup(group, shown, baseUrl), shape.projection, groupSchema);
}

/** The answer to GET, PUT, PATCH and POST; 201 carries the location. */
export function groupAnswer(
  request: ScimRequest,
  shape: GroupShape,
  shown: ShownGroup,
  status: 200 | 201 = 200,
): Answer {
  const { id, version } = shown.group;
  const location = status === 201 ? { Location: groupLocation(id, request.baseUrl) } : {};
  return { status, resource: groupResource(request, shape, shown), headers: { ETag: etagOf(version), ...location } };
}

type Failed = { readonly ok: false; readonly failure: Failure };

/** The 404 of a group. */
export function groupNotFound(): Failed {
  return fail('resource_not_found', 'This portal has no group with this id.');
}

/** The 501 of writes where the portal has no groups. */
export function groupsOff(): Failed {
  return fail(
    'not_implemented',
    'Groups are switched off in this portal. Turn group push off in the identity provider; users are provisioned without it.',
  );
}
