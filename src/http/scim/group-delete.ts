// DELETE /Groups/{id}: the group and its memberships; the users stay.

import { ok, type Result } from '../../failure.ts';
import { randomId } from '../../random-id.ts';
import { etagOf } from '../../scim/etag.ts';
import { selectGroup } from '../../storage/group-rows.ts';
import { deleteGroup as deleteGroupRows, groupGuard } from '../../storage/group-writes.ts';
import { insertJournal } from '../../storage/journal.ts';
import type { Answer } from '../answer.ts';
import { writableGroup } from './group-refusal.ts';
import { checkIfMatch } from './preconditions.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { retrying } from './retry.ts';

/** RFC 7644 section 3.6. */
export const deleteGroup: ScimHandler = (request) => retrying(() => deleteOnce(request));

async function deleteOnce(request: ScimRequest): Promise<Result<Answer | undefined>> {
  const { db, params, sources, preconditions } = request;
  // 2 load
  const id = params['id'] ?? '';
  const loaded = await db.read([selectGroup(db.db, id)]);
  if (!loaded.ok) return loaded;
  const found = writableGroup(loaded.value.portal, id, loaded.value.results[0]);
  if (!found.ok) return found;
  const group = found.value;
  const met = checkIfMatch(preconditions, etagOf(group.version));
  if (!met.ok) return met;
  // 4 commit
  const mutationId = randomId(sources);
  const entry = { mutationId, type: 'group.deleted', subject: group.id, ...request.author, attributes: [] } as const;
  const committed = await db.commit({
    mutationId,
    guards: [groupGuard(db.db, group, { version: preconditions.ifMatch !== null })],
    statements: [...deleteGroupRows(db.db, group.seq), insertJournal(db.db, entry, sources.nowMs())],
  });
  if (!committed.ok) return committed;
  // 5 answer
  return ok(committed.value.kind === 'committed' ? { status: 204 } : undefined);
}
