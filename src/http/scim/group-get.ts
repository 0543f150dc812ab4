// GET /Groups/{id}: one D1 call, which leaves the members alone where nobody asks for them.
import { showsGroup } from '../../directory/team-group.ts';
import { ok } from '../../failure.ts';
import { etagOf } from '../../scim/etag.ts';
import { groupAnswer, groupNotFound, readShape, readShown, selectShown } from './group-answer.ts';
import { notModified } from './preconditions.ts';
import type { ScimHandler } from './request.ts';

/** RFC 7644 section 3.4.1. */
export const getGroup: ScimHandler = async (request) => {
  const { db, params } = request;
  // 1 parse
  const shape = readShape(request);
  if (!shape.ok) return shape;
  // 2 load
  const id = params['id'] ?? '';
  const loaded = await db.read(selectShown(db.db, id, shape.value));
  if (!loaded.ok) return loaded;
  // 5 answer
  const { portal, results } = loaded.value;
  const shown = showsGroup(portal.policy, id) ? readShown(results) : undefined;
  if (!shown) return groupNotFound();
  const known = notModified(request.preconditions, etagOf(shown.group.version));
  return ok(known ?? groupAnswer(request, shape.value, shown));
};
