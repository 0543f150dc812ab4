// The body of a bulk request, RFC 7644 section 3.7: what is wrong with the whole of it refuses the whole; what is wrong with
// one operation is that operation's answer, and travels with it.
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { isObject, type Json, type JsonObject, member } from './json.ts';

export const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
/** D1 allows 1,000 queries an invocation, and an operation takes about ten. */
export const MAX_BULK_OPERATIONS = 100;
export const MAX_BULK_BYTES = 1024 * 1024;
const MAX_BULK_ID_CHARACTERS = 256;
/** Of what a client wrote where a name is expected. */
const SHOWN_CHARACTERS = 100;

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type BulkMethod = (typeof METHODS)[number];

export interface BulkOperation {
  /** As sent, though shortened, where it is none that can be run. */
  readonly method: BulkMethod | string;
  readonly path: string;
  /** Undefined also where it is too long to be one. */
  readonly bulkId: string | undefined;
  /** An ETag that the resource must still have. */
  readonly version: string | undefined;
  readonly data: Json | undefined;
  /** Why it cannot be run as it stands. */
  readonly problem: Failure | undefined;
}

export interface BulkRequest {
  readonly operations: readonly BulkOperation[];
  /** After how many failed operations the rest is left out; undefined never. */
  readonly failOnErrors: number | undefined;
}

/**
 * The operations of a bulk request, in order. Fails with `invalid_syntax` for a body that is none, `invalid_value` for an
 * unusable `failOnErrors` or a `bulkId` that two creates share, and `too_many_operations` beyond the limit.
 */
export function readBulk(body: Json): Result<BulkRequest> {
  const given = isObject(body) ? member(body, 'operations') : undefined;
  if (!isObject(body) || !Array.isArray(given) || given.length === 0) {
    return fail(
      'invalid_syntax',
      'The body of a bulk request must be an object whose "Operations" is a list of at least one.',
    );
  }
  if (given.length > MAX_BULK_OPERATIONS) {
    return fail(
      'too_many_operations',
      `The number of operations (${given.length}) exceeds maxOperations (${MAX_BULK_OPERATIONS}). Nothing was done; send them in parts.`,
    );
  }
  const failOnErrors = member(body, 'failonerrors') ?? undefined;
  if (failOnErrors !== undefined && !isCount(failOnErrors)) {
    return fail('invalid_value', '"failOnErrors" must be a whole number of 1 or more. Nothing was done.');
  }
  const operations = given.map(readOperation);
  const shared = sharedBulkId(operations);
  if (shared !== undefined) {
    return fail('invalid_value', `The bulkId ${shownBulkId(shared)} stands on more than one POST. Nothing was done.`);
  }
  return ok({ operations, failOnErrors });
}

/** A bulkId for a sentence: quoted, and no longer than is needed to find it. */
export function shownBulkId(bulkId: string): string {
  return JSON.stringify(bulkId.slice(0, SHOWN_CHARACTERS).toWellFormed());
}

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function readOperation(given: Json): BulkOperation {
  const object = isObject(given) ? given : {};
  const method = text(object, 'method')?.slice(0, SHOWN_CHARACTERS).toWellFormed().toUpperCase() ?? '';
  const bulkId = text(object, 'bulkid');
  const operation = {
    method,
    path: text(object, 'path') ?? '',
    bulkId,
    version: text(object, 'version'),
    data: member(object, 'data') ?? undefined,
  };
  if (bulkId === undefined || bulkId.length <= MAX_BULK_ID_CHARACTERS) {
    return { ...operation, problem: problemOf(operation) };
  }
  const problem = syntax(`has a "bulkId" of more than ${MAX_BULK_ID_CHARACTERS} characters`);
  return { ...operation, bulkId: undefined, problem };
}

/** The text of a member; empty counts as missing. */
function text(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function problemOf({ method, path, bulkId, data }: Omit<BulkOperation, 'problem'>): Failure | undefined {
  if (!METHODS.some((known) => known === method)) return syntax('needs a "method" that is POST, PUT, PATCH or DELETE');
  if (!path.startsWith('/')) return syntax('needs a "path" below the base URL, such as /Users or /Users/{id}');
  if (method === 'POST' && bulkId === undefined) return syntax('needs a "bulkId", because it creates a resource');
  if (method !== 'DELETE' && !isObject(data)) return syntax('needs "data" that is an object');
  return undefined;
}

function syntax(lack: string): Failure {
  return fail('invalid_syntax', `This operation ${lack}.`).failure;
}

function sharedBulkId(operations: readonly BulkOperation[]): string | undefined {
  const ids = operations.filter(({ method }) => method === 'POST').map(({ bulkId }) => bulkId);
  return ids.find((id, i) => id !== undefined && ids.indexOf(id) !== i);
}
