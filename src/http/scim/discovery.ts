// The discovery endpoints, RFC 7644 section 4: readable with a key, never filtered.
import type { Portal } from '../../directory/portal.ts';
import { fail, ok, type Result } from '../../failure.ts';
import { type ResourceType, resourceTypes, schemas, serviceProviderConfig } from '../../scim/discovery.ts';
import type { JsonObject } from '../../scim/json.ts';
import { listResponse } from '../../scim/list-response.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import type { Route } from './routes.ts';

type Document = (request: ScimRequest, portal: Portal) => Result<JsonObject>;

function discovery(document: Document): ScimHandler {
  return async (request) => {
    if (request.query.has('filter')) {
      return fail('discovery_filter', 'Discovery documents cannot be filtered. Leave the filter out.');
    }
    const authorised = await request.db.read([]);
    if (!authorised.ok) return authorised;
    const found = document(request, authorised.value.portal);
    return found.ok ? ok({ status: 200, resource: found.value }) : found;
  };
}

function listOf(documents: (request: ScimRequest, portal: Portal) => JsonObject[]): ScimHandler {
  return discovery((request, portal) => {
    const all = documents(request, portal);
    return ok(listResponse(all.length, 1, all));
  });
}

function oneOf(documents: (request: ScimRequest, portal: Portal) => JsonObject[]): ScimHandler {
  return discovery((request, portal) => {
    const id = request.params['id']?.toLowerCase();
    const found = documents(request, portal).find((document) => String(document['id']).toLowerCase() === id);
    return found ? ok(found) : fail('resource_not_found', 'This portal has no such schema or resource type.');
  });
}

/** A portal without groups does not list their type. */
function typesIn({ userSchema, policy }: Portal): ResourceType[] {
  const user = { name: 'User', description: 'User Account', endpoint: '/Users', schema: userSchema };
  const group = { name: 'Group', description: 'Group', endpoint: '/Groups', schema: groupSchema };
  return policy.groups === 'off' ? [user] : [user, group];
}

const schemasOf = (request: ScimRequest, portal: Portal) => schemas(typesIn(portal), request.baseUrl);
const typesOf = (request: ScimRequest, portal: Portal) => resourceTypes(typesIn(portal), request.baseUrl);

export const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/ServiceProviderConfig',
    handler: discovery((request) => ok(serviceProviderConfig(request.baseUrl))),
  },
  { method: 'GET', pattern: '/ResourceTypes', handler: listOf(typesOf) },
  { method: 'GET', pattern: '/ResourceTypes/:id', handler: oneOf(typesOf) },
  { method: 'GET', pattern: '/Schemas', handler: listOf(schemasOf) },
  { method: 'GET', pattern: '/Schemas/:id', handler: oneOf(schemasOf) },
];
