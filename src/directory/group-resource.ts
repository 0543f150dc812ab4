// A group as SCIM answers it. Pure: the same group, members and base URL always give the same resource.
import { etagOf } from '../scim/etag.ts';
import type { JsonObject } from '../scim/json.ts';
import { groupLocation, userLocation } from '../scim/location.ts';
import { groupSchema } from '../scim/schema/group.ts';
import type { Group, GroupMember } from './group.ts';

/** The whole resource, before projection; `members` undefined where they were not read. */
export function renderGroup(group: Group, members: readonly GroupMember[] | undefined, baseUrl: string): JsonObject {
  return {
    schemas: [groupSchema.core.id],
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.displayName,
    ...(members === undefined ? {} : { members: members.map((member) => renderMember(member, baseUrl)) }),
    meta: {
      resourceType: 'Group',
      created: new Date(group.createdAt).toISOString(),
      lastModified: new Date(group.updatedAt).toISOString(),
      location: groupLocation(group.id, baseUrl),
      version: etagOf(group.version),
    },
  };
}

function renderMember({ id, display }: GroupMember, baseUrl: string): JsonObject {
  return { value: id, $ref: userLocation(id, baseUrl), display, type: 'User' };
}
