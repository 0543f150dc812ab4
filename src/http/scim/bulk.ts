// POST /Bulk, RFC 7644 section 3.7: many operations in one request, each with its own commit and its own answer. The outside
// is 200 whenever the request itself could be read and its key is alive.
import { ok } from '../../failure.ts';
import { BULK_RESPONSE, MAX_BULK_BYTES, readBulk } from '../../scim/bulk.ts';
import { BulkRun } from './bulk-run.ts';
import type { ScimHandler } from './request.ts';
import type { Route } from './routes.ts';

/** The bulk endpoint over the routes that its operations may use. */
export function bulkOver(routes: readonly Route[]): ScimHandler {
  return async (request) => {
    const body = await request.body(MAX_BULK_BYTES);
    if (!body.ok) return body;
    const bulk = readBulk(body.value);
    if (!bulk.ok) return bulk;
    const alive = await request.db.read([]);
    if (!alive.ok) return alive;
    const entries = await new BulkRun(request, routes, bulk.value).entries();
    return ok({ status: 200, resource: { schemas: [BULK_RESPONSE], Operations: entries } });
  };
}
