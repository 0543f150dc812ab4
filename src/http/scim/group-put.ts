// PUT /Groups/{id}: the group as the body has it. A body that does not name members keeps them.
import { wholeGroup } from '../../directory/group.ts';
import { readResource } from '../../scim/resource.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { MAX_GROUP_BODY_BYTES } from './group-answer.ts';
import { changeGroup } from './group-change.ts';
import type { ScimHandler } from './request.ts';

/** RFC 7644 section 3.5.1. */
export const putGroup: ScimHandler = async (request) => {
  const body = await request.body(MAX_GROUP_BODY_BYTES);
  if (!body.ok) return body;
  const read = readResource(groupSchema, body.value);
  if (!read.ok) return read;
  const change = wholeGroup(read.value);
  return change.ok ? changeGroup(request, change.value, 'resource') : change;
};
