// A team where it is shown as a group: which portals show it, what its name must not meet, and where a filter finds its
// attributes. It cannot be written: who is in it follows `division`, and what it is called the portal's admins say.
import type { Sources } from '../env.ts';
import { randomId } from '../random-id.ts';
import { fold } from '../scim/fold.ts';
import { guard } from '../storage/guard.ts';
import { isTeamId, TEAM_ID_PREFIX } from '../storage/team-rows.ts';
import type { FilterTable } from './filter-table.ts';
import { GROUP_TABLE } from './group-columns.ts';
import type { Policy } from './policy.ts';

/** The id of a new team. It is random, so that no later team has the id of a removed one (RFC 7643 section 3.1). */
export function newTeamId(sources: Sources): string {
  return TEAM_ID_PREFIX + randomId(sources);
}

/** Whether the portal shows its teams as groups. */
export function showsTeams({ groups }: Policy): boolean {
  return groups === 'teams_read_only';
}

/** Holds that no team which is shown as a group has the name: no guard where teams are not shown, or the name stays. */
export function teamNameGuards(db: D1Database, policy: Policy, displayName: string | undefined): D1PreparedStatement[] {
  if (!showsTeams(policy) || displayName === undefined) return [];
  const free = 'NOT EXISTS (SELECT 1 FROM teams WHERE name_key = ?)';
  return [guard(db, 'team', free, fold(displayName))];
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
