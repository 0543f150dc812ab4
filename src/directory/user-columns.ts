// Which attributes of a user have a column of their own for filters, or are computed; all others are in `users.folded`.
import type { FilterTable } from './filter-table.ts';

export const USER_TABLE: FilterTable = {
  attributes: {
    id: { kind: 'column', column: 'user_id', always: true },
    userName: { kind: 'column', column: 'user_name_key', always: true },
    externalId: { kind: 'column', column: 'user_external_id' },
    active: { kind: 'column', column: 'user_active', always: true },
    userLastLoggedInTimeStamp: { kind: 'column', column: 'user_last_login' },
    groups: {
      kind: 'list',
      relation: 'user_groups',
      parts: { value: 'membership_group_id', display: 'membership_group_name_key', type: 'membership_type' },
    },
    meta: { kind: 'always' },
    'meta.resourceType': { kind: 'column', column: 'user_resource_type', always: true },
    'meta.created': { kind: 'column', column: 'user_created_at', always: true },
    'meta.lastModified': { kind: 'column', column: 'user_updated_at', always: true },
    'meta.version': { kind: 'column', column: 'user_version', always: true },
    'meta.location': {
      kind: 'refused',
      sentence: 'A filter cannot ask for "meta.location", which differs between base URLs; filter on "id".',
    },
    'PortalUser:isAdmin': { kind: 'column', column: 'user_is_admin', always: true },
  },
  foldedRest: true,
};

/** The same in a portal that shows the team of a user among the groups. */
export const USER_TABLE_WITH_TEAMS: FilterTable = {
  ...USER_TABLE,
  attributes: {
    ...USER_TABLE.attributes,
    groups: {
      kind: 'list',
      relation: 'user_groups_and_team',
      parts: { value: 'membership_or_team_id', display: 'membership_group_name_key', type: 'membership_type' },
    },
  },
};
