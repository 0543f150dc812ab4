// What Okta writes into its requests. Shapes and headers as documented at
// https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20, values our own.
import { randomBytes } from 'node:crypto';
import { asObject } from './answer-checks.ts';
import type { JsonObject } from './http-client.ts';
import { fullName, type Names } from './people.ts';
import type { Actor, Dialect } from './step.ts';

export const oktaDialect: Dialect = {
  label: 'Okta',
  headers: {
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'User-Agent': 'Okta SCIM Client 1.0.0',
  },
  contentType: 'application/scim+json; charset=utf-8',
  acceptedTypes: ['application/scim+json', 'application/json', 'text/json'],
  lookUpPath: (userName) =>
    `/Users?filter=${encodeURIComponent(`userName eq ${JSON.stringify(userName)}`)}&startIndex=1&count=100`,
  newExternalId: () => `00u${randomBytes(9).toString('hex').slice(0, 17)}`,
};

/** The first push of a user: the whole app profile with a random password that SSO never uses. */
export function oktaCreateBody({ person }: Actor): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: person.userName,
    ...profileOf(person.created, person.userName),
    externalId: person.externalId,
    groups: [],
    password: randomBytes(6).toString('base64url'),
    active: true,
  };
}

/** What was read a moment ago, id, meta and groups included, with Okta's profile laid over it. */
export function oktaReplaceBody(actor: Actor, names: Names, active: boolean): JsonObject {
  const resource = actor.resource ?? {};
  const profile = profileOf(names, actor.person.userName);
  return {
    groups: [],
    ...resource,
    ...profile,
    name: { ...asObject(resource['name']), ...names },
    externalId: actor.person.externalId,
    active,
  };
}

/** Okta's deactivation of apps that speak PATCH: no path, one value object. */
export function oktaDeactivateBody(): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  };
}

function profileOf(names: Names, email: string): JsonObject {
  return {
    name: { ...names },
    emails: [{ primary: true, value: email, type: 'work' }],
    displayName: fullName(names),
    locale: 'en-US',
  };
}
