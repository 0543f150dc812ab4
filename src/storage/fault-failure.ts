// What a fault of D1 means for whoever asked. It is never the client's, but for a query that would look through too much.
import { type Failure, fail, messageOf } from '../failure.ts';
import type { D1Fault } from './d1-errors.ts';
import { MAX_SCANNED_ROWS } from './scan-guard.ts';

/** A read or commit that D1 did not do. */
interface Faulted {
  readonly fault: D1Fault;
  readonly error: unknown;
}

/** The failed result: 503 when trying again helps, 500 when it is a bug of ours, 400 `tooMany` from the guard `scan`. */
export function faultFailure({ fault, error }: Faulted): { readonly ok: false; readonly failure: Failure } {
  if (fault.kind === 'guard' && fault.guard === 'scan') return tooManyToScan();
  const internal = messageOf(error);
  if (fault.kind === 'retry' || fault.kind === 'overloaded' || fault.kind === 'stalled') {
    const detail = 'The directory is busy; try again shortly.';
    return fail('storage_unavailable', detail, { internal, retryAfterSeconds: 5 });
  }
  return fail('internal_error', 'Something went wrong inside the gateway.', { internal });
}

/** The filter or sort would look through too much. */
function tooManyToScan() {
  return fail(
    'too_many_to_scan',
    `This query would have to look through more than ${MAX_SCANNED_ROWS} resources. Add ("and") a comparison by an indexed attribute that leaves fewer: id, userName, externalId, active or meta.lastModified of users, id, displayName, externalId or meta.lastModified of groups; and leave out a sortBy on any other attribute.`,
  );
}
