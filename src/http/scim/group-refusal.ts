// Why the batch of a group was refused, in words that say what to do.
import type { Group } from '../../directory/group.ts';
import type { Portal } from '../../directory/portal.ts';
import { showsGroup } from '../../directory/team-group.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { readGroup, selectUnknownUsers } from '../../storage/group-rows.ts';
import type { GuardName } from '../../storage/guard.ts';
import { isTeamId } from '../../storage/team-rows.ts';
import { groupNotFound, groupsOff } from './group-answer.ts';
import type { ScimRequest } from './request.ts';

type Failed = { readonly ok: false; readonly failure: Failure };

const NAME_REFUSALS: Readonly<Partial<Record<GuardName, () => Failed>>> = { unique: nameInUse, team: nameOfTeam };

/** The 409 of a name, where that is why a guard was lost. */
export function nameRefusal(guard: GuardName): Failed | undefined {
  return NAME_REFUSALS[guard]?.();
}

/** Another group has the name. */
function nameInUse(): Failed {
  return fail(
    'group_name_in_use',
    'A group with this displayName exists already. Names are compared without case. Link that group, or choose another name.',
  );
}

/** A team has the name, in a portal that shows teams as groups. */
function nameOfTeam(): Failed {
  return fail(
    'team_name_in_use',
    'A team of this portal has this displayName, compared without case, and is shown as a group that cannot be written. Choose another name, or put users into the team by their division.',
  );
}

/** A team is shown as a group, and only shown. */
function teamReadOnly(): Failed {
  return fail(
    'team_read_only',
    'This group is a team of the portal, which cannot be changed here: its members follow the attribute "division" of the users, its name and existence are up to the admins of the portal. Leave it out of group push. Nothing was changed.',
  );
}

/** The group that a write is about. Fails where the portal has no groups, none with this id, or it is a team. */
export function writableGroup({ policy }: Portal, id: string, row: D1Result | undefined): Result<Group> {
  if (policy.groups === 'off') return groupsOff();
  const group = showsGroup(policy, id) ? readGroup(row) : undefined;
  if (!group) return groupNotFound();
  return isTeamId(id) ? teamReadOnly() : ok(group);
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
