// ListResponse and the paging of a query, RFC 7644 section 3.4.2.
import { fail, ok, type Result } from '../failure.ts';
import type { JsonObject } from './json.ts';

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 200;

export interface Page {
  /** From 1. */
  readonly startIndex: number;
  /** At most `MAX_COUNT`; 0 asks for the total only. */
  readonly count: number;
}

/** Reads `startIndex` and `count`: below 1 means 1, negative counts mean 0, too large a count means the largest. */
export function readPage(query: Pick<URLSearchParams, 'get'>): Result<Page> {
  const startIndex = readInteger(query, 'startIndex', 1);
  if (!startIndex.ok) return startIndex;
  const count = readInteger(query, 'count', DEFAULT_COUNT);
  if (!count.ok) return count;
  return ok({
    startIndex: Math.max(1, startIndex.value),
    count: Math.min(MAX_COUNT, Math.max(0, count.value)),
  });
}

function readInteger(query: Pick<URLSearchParams, 'get'>, name: string, fallback: number): Result<number> {
  const text = query.get(name)?.trim();
  if (text === undefined || text === '') return ok(fallback);
  if (!/^[+-]?\d{1,15}$/.test(text)) return fail('invalid_value', `${name} must be a whole number.`);
  return ok(Number(text));
}

/** One page of a list; `itemsPerPage` is the number of resources in it. */
export function listResponse(totalResults: number, startIndex: number, resources: readonly JsonObject[]): JsonObject {
  return {
    schemas: [LIST_RESPONSE],
    totalResults,
    itemsPerPage: resources.length,
    startIndex,
    Resources: [...resources],
  };
}

/** One page of a walk by cursor, RFC 9865: without `nextCursor` where it is the last. */
export function cursorResponse(
  totalResults: number,
  nextCursor: string | undefined,
  resources: readonly JsonObject[],
): JsonObject {
  return {
    schemas: [LIST_RESPONSE],
    totalResults,
    itemsPerPage: resources.length,
    ...(nextCursor === undefined ? {} : { nextCursor }),
    Resources: [...resources],
  };
}
