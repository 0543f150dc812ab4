// A team where it is shown as a group: what tells it from the groups, which portals show it, and where a filter finds its
// attributes. It cannot be written: who is in it follows `division`, and what it is called the portal's admins say.
import type { Sources } from '../env.ts';
import { randomId } from '../random-id.ts';
import type { FilterTable } from './filter-table.ts';
import { GROUP_TABLE } from './group-columns.ts';
import type { Policy } from './policy.ts';

/** No group has it: their ids are hexadecimal. */
const PREFIX = 'team-';

/** The id of a new team. It is random, so that no later team has the id of a removed one (RFC 7643 section 3.1). */
export function newTeamId(sources: Sources): string {
  return PREFIX + randomId(sources);
}

/** True for the id of a team, and for none of a group. */
export function isTeamId(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** Whether the portal shows its teams as groups. */
export function showsTeams({ groups }: Policy): boolean {
  return groups === 'teams_read_only';
}

/** Whether the portal shows a group, or team, with this id where there is one. */
export function showsGroup(policy: Policy, id: string): boolean {
  return policy.groups !== 'off' && (!isTeamId(id) || showsTeams(policy));
}

/** Which attributes of a team a filter can ask for: those of a group. */
export const TEAM_TABLE: FilterTable = {
  ...GROUP_TABLE,
  attributes: {
    ...GROUP_TABLE.attributes,
    id: { kind: 'column', column: 'team_id', always: true },
    displayName: { kind: 'column', column: 'team_name_key', always: true },
    externalId: { kind: 'column', column: 'team_external_id' },
    members: { kind: 'list', relation: 'team_members', parts: { value: 'team_member_id', type: 'member_type' } },
    'meta.created': { kind: 'column', column: 'team_created_at', always: true },
    'meta.lastModified': { kind: 'column', column: 'team_created_at', always: true },
    'meta.version': { kind: 'column', column: 'team_version', always: true },
  },
};
