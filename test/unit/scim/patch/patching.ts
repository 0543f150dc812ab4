// PATCH as a test writes it: a resource, operations as an identity provider sends them, and what comes out.
import type { Result } from '../../../../src/failure.ts';
import type { Json, JsonObject } from '../../../../src/scim/json.ts';
import { applyPatch, type PatchedResource } from '../../../../src/scim/patch/apply.ts';
import { readPatch } from '../../../../src/scim/patch/operations.ts';
import { accepted, USER } from '../world.ts';

export function patch(resource: JsonObject, ...operations: Json[]): Result<PatchedResource> {
  return applyPatch(USER, resource, accepted(readPatch({ Operations: operations })));
}

/** The resource after the operations. */
export function patched(resource: JsonObject, ...operations: Json[]): JsonObject {
  return accepted(patch(resource, ...operations)).resource;
}

export function namedBy(...operations: Json[]): string[] {
  return [...accepted(patch({}, ...operations)).named].sort();
}

export const add = (path: string, value: Json) => ({ op: 'add', path, value });
export const replace = (path: string, value: Json) => ({ op: 'replace', path, value });
export const remove = (path: string) => ({ op: 'remove', path });

export const work = { value: 'a@x', type: 'work', primary: true };
export const home = { value: 'b@x', type: 'home' };
export const EMAILS = { emails: [work, home] };

/** What an operation makes of a resource. */
export type Case = readonly [title: string, before: JsonObject, operation: Json, after: JsonObject];
