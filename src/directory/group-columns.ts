// Which attributes of a group a filter can ask for, and where they are: all of them have a column, or are rows.
import type { FilterTable } from './filter-table.ts';

export const GROUP_TABLE: FilterTable = {
  attributes: {
    id: { kind: 'column', column: 'group_id', always: true },
    displayName: { kind: 'column', column: 'group_name_key', always: true },
    externalId: { kind: 'column', column: 'group_external_id' },
    members: {
      kind: 'list',
      relation: 'group_members',
      parts: { value: 'member_id', type: 'member_type' },
    },
    'members.$ref': {
      kind: 'refused',
      sentence: 'A filter cannot ask for "members.$ref", which differs between base URLs; filter on "members.value".',
    },
    'members.display': {
      kind: 'refused',
      sentence: 'A filter cannot ask for "members.display", which is computed; filter on "members.value".',
    },
    meta: { kind: 'always' },
    'meta.resourceType': { kind: 'column', column: 'group_resource_type', always: true },
    'meta.created': { kind: 'column', column: 'group_created_at', always: true },
    'meta.lastModified': { kind: 'column', column: 'group_updated_at', always: true },
    'meta.version': { kind: 'column', column: 'group_version', always: true },
    'meta.location': {
      kind: 'refused',
      sentence: 'A filter cannot ask for "meta.location", which differs between base URLs; filter on "id".',
    },
  },
  foldedRest: false,
};
