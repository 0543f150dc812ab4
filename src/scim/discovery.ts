// The discovery documents of RFC 7643 sections 5 to 7, made from the tables that do the work, so that they cannot promise
// what is not there.
import { MAX_BULK_BYTES, MAX_BULK_OPERATIONS } from './bulk.ts';
import { CURSOR_TIMEOUT_SECONDS } from './cursor.ts';
import type { JsonObject } from './json.ts';
import { DEFAULT_COUNT, MAX_COUNT } from './list-response.ts';
import type { Attribute, Schema } from './schema/attribute.ts';
import type { ResourceSchema } from './schema/resource-schema.ts';

const CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** What this gateway can do, with the limits that are in force. */
export function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: [CONFIG],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: MAX_BULK_BYTES },
    filter: { supported: true, maxResults: MAX_COUNT },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: DEFAULT_COUNT,
      maxPageSize: MAX_COUNT,
      cursorTimeout: CURSOR_TIMEOUT_SECONDS,
    },
    authenticationSchemes: [
      {
        type: 'httpbasic',
        name: 'HTTP Basic',
        description: 'SCIM API Username and SCIM API Password.',
        specUri: 'https://www.rfc-editor.org/info/rfc7617',
        primary: true,
      },
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'SCIM API Username and SCIM API Password, joined by a colon, as a bearer token.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0',
        description: 'Access tokens from /oauth/token.',
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** One resource type that the portal has. */
export interface ResourceType {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  /** With the extensions that are active in this portal. */
  readonly schema: ResourceSchema;
}

/** The resource types, with their active extensions. */
export function resourceTypes(types: readonly ResourceType[], baseUrl: string): JsonObject[] {
  return types.map(({ name, description, endpoint, schema }) => ({
    schemas: [RESOURCE_TYPE],
    id: name,
    name,
    description,
    endpoint,
    schema: schema.core.id,
    schemaExtensions: schema.extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  }));
}

/** The schemas in use, every attribute with all its characteristics. */
export function schemas(types: readonly ResourceType[], baseUrl: string): JsonObject[] {
  return types
    .flatMap(({ schema }) => [schema.core, ...schema.extensions])
    .map((schema) => schemaResource(schema, baseUrl));
}

function schemaResource({ id, name, description, attributes }: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA],
    id,
    name,
    description,
    attributes: attributes.map(attributeResource),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

function attributeResource(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes, manyValues: _, ...characteristics } = attribute;
  return {
    ...characteristics,
    ...(canonicalValues ? { canonicalValues: [...canonicalValues] } : {}),
    ...(referenceTypes ? { referenceTypes: [...referenceTypes] } : {}),
    ...(subAttributes ? { subAttributes: subAttributes.map(attributeResource) } : {}),
  };
}
