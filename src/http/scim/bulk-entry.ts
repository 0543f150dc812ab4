// What became of one operation of a bulk request, as the response says it (RFC 7644 section 3.7.3).
import { type Failure, fail, kindOf } from '../../failure.ts';
import { type BulkOperation, shownBulkId } from '../../scim/bulk.ts';
import type { JsonObject } from '../../scim/json.ts';
import { failureBody } from '../answer.ts';

/** What became of one operation. */
export interface Done {
  readonly status: number;
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly failure: Failure | undefined;
}

/** The failure of an operation that refers to one that failed. */
export function dependency(bulkId: string): Failure {
  return fail(
    'bulk_conflict',
    `The operation with the bulkId ${shownBulkId(bulkId)}, to which this one refers, failed.`,
  ).failure;
}

/** The failure of an operation that created its resource and could not close the circle it stands in. */
export function circle(why: string): Failure {
  const detail = `The resource was created, but without the references that lead back to it in a circle: ${why}`;
  return fail('bulk_conflict', detail.endsWith('.') ? detail : `${detail}.`).failure;
}

/** The entry of an operation; the body of its answer only where it failed. */
export function entryOf({ method, bulkId }: BulkOperation, { status, location, version, failure }: Done): JsonObject {
  return {
    method,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
    status: String(failure ? kindOf(failure.code).status : status),
    ...(failure ? { response: failureBody(failure) } : {}),
  };
}
