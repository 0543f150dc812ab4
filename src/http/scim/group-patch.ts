// PATCH /Groups/{id}: all operations or none, without reading who is in the group.
import { patchStaysSilent } from '../../scim/dialects.ts';
import { compileGroupPatch } from '../../scim/group-patch.ts';
import { readPatch } from '../../scim/patch/operations.ts';
import { MAX_GROUP_BODY_BYTES } from './group-answer.ts';
import { changeGroup } from './group-change.ts';
import type { ScimHandler } from './request.ts';

/** RFC 7644 section 3.5.2. */
export const patchGroup: ScimHandler = async (request) => {
  const body = await request.body(MAX_GROUP_BODY_BYTES);
  if (!body.ok) return body;
  const operations = readPatch(body.value);
  if (!operations.ok) return operations;
  const change = compileGroupPatch(operations.value);
  if (!change.ok) return change;
  const silent = patchStaysSilent(request.dialect, request.query);
  return changeGroup(request, change.value, silent ? 'no_content' : 'resource');
};
