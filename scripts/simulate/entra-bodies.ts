// What Entra writes into its requests. Bodies as documented at
// https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, the two PATCH
// dialects (with and without the `aadOptscim062020` flag) at
// https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
// No public page names a User-Agent, so an empty one is sent: a server must not depend on it.
import { randomUUID } from 'node:crypto';
import type { JsonObject } from './http-client.ts';
import { fullName, type Names } from './people.ts';
import type { Actor, Dialect } from './step.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const entraDialect: Dialect = {
  label: 'Entra',
  headers: { Accept: 'application/scim+json', 'User-Agent': '' },
  contentType: 'application/scim+json; charset=utf-8',
  acceptedTypes: ['application/scim+json'],
  // Form encoding: a space becomes a plus sign, a plus sign %2B.
  lookUpPath: (userName) => `/Users?${new URLSearchParams({ filter: `userName eq ${JSON.stringify(userName)}` })}`,
  newExternalId: () => randomUUID(),
};

export function entraCreateBody({ person }: Actor): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId: person.externalId,
    userName: person.userName,
    active: true,
    displayName: fullName(person.created),
    title: 'Analyst',
    preferredLanguage: 'en-US',
    emails: [{ primary: true, type: 'work', value: person.userName }],
    meta: { resourceType: 'User' },
    name: { formatted: fullName(person.created), ...person.created },
    roles: [],
    [enterprise]: { employeeNumber: '1001', department: 'Research' },
  };
}

/** Without the flag: one operation an attribute, capital letters in `op`. */
export function entraClassicNames({ person }: Actor): JsonObject {
  return patchOf(
    { op: 'Replace', path: 'displayName', value: fullName(person.renamed) },
    { op: 'Replace', path: 'emails[type eq "work"].value', value: person.userName },
    ...nameOperations('Replace', person.renamed),
    { op: 'Replace', path: `${enterprise}:employeeNumber`, value: '1002' },
  );
}

/** With the flag: one operation without a path, whose keys are dotted names and names behind a URN. */
export function entraFlaggedNames({ person }: Actor): JsonObject {
  return patchOf(
    { op: 'replace', path: 'emails[type eq "work"].value', value: person.userName },
    {
      op: 'replace',
      value: {
        displayName: fullName(person.renamedAgain),
        'name.givenName': person.renamedAgain.givenName,
        'name.familyName': person.renamedAgain.familyName,
        [`${enterprise}:employeeNumber`]: '1003',
      },
    },
  );
}

/** Without the flag, booleans are words. */
export function entraClassicDisable(): JsonObject {
  return patchOf({ op: 'Replace', path: 'active', value: 'False' });
}

export function entraFlaggedDisable(): JsonObject {
  return patchOf({ op: 'replace', path: 'active', value: false });
}

/** A restored user: `active` first, then everything that the last look-up showed to be missing, as additions. */
export function entraEnable({ person }: Actor): JsonObject {
  return patchOf(
    { op: 'Replace', path: 'active', value: 'True' },
    { op: 'Add', path: 'displayName', value: fullName(person.renamedAgain) },
    { op: 'Add', path: 'emails[type eq "work"].value', value: person.userName },
    ...nameOperations('Add', person.renamedAgain),
    { op: 'Add', path: `${enterprise}:department`, value: 'Research' },
  );
}

function nameOperations(op: 'Add' | 'Replace', names: Names): JsonObject[] {
  return [
    { op, path: 'name.givenName', value: names.givenName },
    { op, path: 'name.familyName', value: names.familyName },
  ];
}

function patchOf(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}
