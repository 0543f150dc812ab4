// The discovery documents of RFC 7643 sections 5 to 7, made from the tables that do the work, so that they cannot promise
// what is not there.
import type { JsonObject } from './json.ts';
import { MAX_COUNT } from './list-response.ts';
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
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MAX_COUNT },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
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
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** The resource types, with the extensions that are active in this portal. */
export function resourceTypes(userSchema: ResourceSchema, baseUrl: string): JsonObject[] {
  return [
    {
      schemas: [RESOURCE_TYPE],
      id: 'User',
      name: 'User',
      description: 'User Account',
      endpoint: '/Users',
      schema: userSchema.core.id,
      schemaExtensions: userSchema.extensions.map(({ id }) => ({ schema: id, required: false })),
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
    },
  ];
}

/** The schemas in use, every attribute with all its characteristics. */
export function schemas(userSchema: ResourceSchema, baseUrl: string): JsonObject[] {
  return [userSchema.core, ...userSchema.extensions].map((schema) => schemaResource(schema, baseUrl));
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
  const { canonicalValues, referenceTypes, subAttributes, ...characteristics } = attribute;
  return {
    ...characteristics,
    ...(canonicalValues ? { canonicalValues: [...canonicalValues] } : {}),
    ...(referenceTypes ? { referenceTypes: [...referenceTypes] } : {}),
    ...(subAttributes ? { subAttributes: subAttributes.map(attributeResource) } : {}),
  };
}
