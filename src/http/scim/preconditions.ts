// What a request demands of the version it meets: If-Match before a write, If-None-Match before an answer. Checked on the
// version that was loaded; the commit's version guard holds it, and a lost guard loads and checks again, so that a race is a 412.
import { fail, ok, type Result } from '../../failure.ts';
import { namesTag } from '../../scim/etag.ts';
import type { Answer } from '../answer.ts';

/** The headers as sent, null where they were not; in a bulk request, the `version` of the operation is its If-Match. */
export interface Preconditions {
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
}

/** The preconditions of an HTTP request. */
export function readPreconditions(headers: Headers): Preconditions {
  return { ifMatch: headers.get('if-match'), ifNoneMatch: headers.get('if-none-match') };
}

/** Holds that the write meets the version it was meant for. Fails with `precondition_failed`; also with `invalid_value` where
 * If-Match cannot be read, since to ignore it would be to overwrite what the client wanted to keep. */
export function checkIfMatch({ ifMatch }: Preconditions, etag: string): Result<undefined> {
  if (ifMatch === null) return ok(undefined);
  const named = namesTag(ifMatch, etag);
  if (named === undefined) {
    return fail(
      'invalid_value',
      'If-Match must be *, or entity tags in double quotes such as W/"3". Nothing was changed.',
    );
  }
  if (named) return ok(undefined);
  return fail(
    'precondition_failed',
    `The resource has changed: its version is ${etag}, which If-Match does not name. Nothing was changed; read it again.`,
  );
}

/** 304 where the client has this version already. An If-None-Match that cannot be read is ignored: the answer is then whole. */
export function notModified({ ifNoneMatch }: Preconditions, etag: string): Answer | undefined {
  const known = ifNoneMatch !== null && namesTag(ifNoneMatch, etag);
  return known ? { status: 304, headers: { ETag: etag } } : undefined;
}
