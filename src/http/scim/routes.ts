// The route table of SCIM, under both base URLs. What is not in it does not exist.

import { groupSchema } from '../../scim/schema/group.ts';
import { bulkOver } from './bulk.ts';
import { discoveryRoutes } from './discovery.ts';
import { createGroup } from './group-create.ts';
import { deleteGroup } from './group-delete.ts';
import { getGroup } from './group-get.ts';
import { listGroups } from './group-list.ts';
import { patchGroup } from './group-patch.ts';
import { putGroup } from './group-put.ts';
import { meRoutes } from './me.ts';
import type { ScimHandler } from './request.ts';
import { searchAll, searchOf } from './search.ts';
import { createUser } from './user-create.ts';
import { getUser } from './user-get.ts';
import { listUsers } from './user-list.ts';
import { deleteUser, patchUser, putUser } from './user-update.ts';

export interface Route {
  readonly method: string;
  /** Below the base URL; `:name` takes one segment, `*` at the end any number of them. */
  readonly pattern: string;
  readonly handler: ScimHandler;
}

/** Users and groups, which bulk operations may address too. */
const RESOURCES: readonly Route[] = [
  { method: 'GET', pattern: '/Users', handler: listUsers },
  { method: 'POST', pattern: '/Users', handler: createUser },
  { method: 'GET', pattern: '/Users/:id', handler: getUser },
  { method: 'PUT', pattern: '/Users/:id', handler: putUser },
  { method: 'PATCH', pattern: '/Users/:id', handler: patchUser },
  { method: 'DELETE', pattern: '/Users/:id', handler: deleteUser },
  { method: 'GET', pattern: '/Groups', handler: listGroups },
  { method: 'POST', pattern: '/Groups', handler: createGroup },
  { method: 'GET', pattern: '/Groups/:id', handler: getGroup },
  { method: 'PUT', pattern: '/Groups/:id', handler: putGroup },
  { method: 'PATCH', pattern: '/Groups/:id', handler: patchGroup },
  { method: 'DELETE', pattern: '/Groups/:id', handler: deleteGroup },
];

/** Every row there is. */
export const ROUTES: readonly Route[] = [
  ...discoveryRoutes,
  ...RESOURCES,
  { method: 'POST', pattern: '/Users/.search', handler: searchOf(listUsers) },
  { method: 'POST', pattern: '/Groups/.search', handler: searchOf(listGroups) },
  {
    method: 'POST',
    pattern: '/.search',
    handler: searchAll([
      { list: listUsers, schema: ({ userSchema }) => userSchema },
      { list: listGroups, schema: () => groupSchema },
    ]),
  },
  { method: 'POST', pattern: '/Bulk', handler: bulkOver(RESOURCES) },
  ...meRoutes,
];
