// Why the batch of a group was refused, in words that say what to do.
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { selectUnknownUsers } from '../../storage/group-rows.ts';
import type { ScimRequest } from './request.ts';

type Failed = { readonly ok: false; readonly failure: Failure };

/** Another group has the name. */
export function nameInUse(): Failed {
  return fail(
    'group_name_in_use',
    'A group with this displayName exists already. Names are compared without case. Link that group, or choose another name.',
  );
}

const NAMED_IDS = 3;

/** Names the first ids that are no user's; undefined when all of them are by now, and it is worth another try. */
export async function unknownMembers({ db }: ScimRequest, ids: ReadonlySet<string>): Promise<Result<undefined>> {
  const read = await db.read(selectUnknownUsers(db.db, ids, NAMED_IDS));
  if (!read.ok) return read;
  const unknown = read.value.results.flatMap(({ results }) => results as { id: string }[]).slice(0, NAMED_IDS);
  if (unknown.length === 0) return ok(undefined);
  const named = unknown.map(({ id }) => JSON.stringify(id.slice(0, 100).toWellFormed())).join(', ');
  return fail(
    'unknown_member',
    `"members" names ${named}, which no user in this portal's SCIM directory has as its id. Members must be users that were created before; groups inside groups are not supported. Nothing was changed.`,
  );
}
