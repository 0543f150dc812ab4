// POST /.search, of one type or of all, RFC 7644 sections 3.4.2.1 and 3.4.3. A search is the list of the same type with the
// query from a body; there is no second way to list.
import type { Portal } from '../../directory/portal.ts';
import { fail, ok, type Result } from '../../failure.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { knowsAttribute, narrowFilter } from '../../scim/filter/narrow.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { printFilter } from '../../scim/filter/print.ts';
import { splitReference } from '../../scim/filter/reference.ts';
import type { JsonObject } from '../../scim/json.ts';
import { listResponse, type Page, readPage } from '../../scim/list-response.ts';
import type { ResourceSchema } from '../../scim/schema/resource-schema.ts';
import { readSearch } from '../../scim/search-request.ts';
import type { Answer } from '../answer.ts';
import { onRememberedPortal } from './remembered-portal.ts';
import type { ScimHandler, ScimRequest } from './request.ts';

/** A search of one type, answered by its list. */
export function searchOf(list: ScimHandler): ScimHandler {
  return async (request) => {
    const query = await readQuery(request);
    return query.ok ? list({ ...request, query: query.value }) : query;
  };
}

async function readQuery(request: ScimRequest): Promise<Result<URLSearchParams>> {
  const body = await request.body();
  return body.ok ? readSearch(body.value) : body;
}

/** One type that the root search goes through. */
export interface Searched {
  readonly list: ScimHandler;
  readonly schema: (portal: Portal) => ResourceSchema;
}

/** The search of everything: the types one after the other as if they were one list, with one total. */
export function searchAll(types: readonly Searched[]): ScimHandler {
  return async (request) => {
    // 1 parse
    const asked = await readAsked(request);
    if (!asked.ok) return asked;
    return onRememberedPortal(request.db, (portal) => listAll(request, types, portal, asked.value));
  };
}

/** One page over all types. */
async function listAll(
  request: ScimRequest,
  types: readonly Searched[],
  portal: Portal,
  asked: Asked,
): Promise<Result<Answer>> {
  const schemas = types.map(({ schema }) => schema(portal));
  const found = { total: 0, resources: [] as JsonObject[] };
  for (const [index, { list }] of types.entries()) {
    const query = queryOf(asked, schemas, index);
    const page = restOf(asked.page, found.total, found.resources.length);
    for (const [name, value] of Object.entries(page)) query.set(name, String(value));
    const listed = await list({ ...request, query, dialect: { ...request.dialect, emptyListShowsOwner: false } });
    if (!listed.ok) return listed;
    const { totalResults = 0, Resources = [] } = listed.value.resource ?? {};
    found.total += Number(totalResults);
    found.resources.push(...(Resources as JsonObject[]));
  }
  return ok({ status: 200, resource: listResponse(found.total, asked.page.startIndex, found.resources) });
}

interface Asked {
  readonly query: URLSearchParams;
  readonly page: Page;
  readonly filter: Filter | undefined;
}

async function readAsked(request: ScimRequest): Promise<Result<Asked>> {
  const query = await readQuery(request);
  if (!query.ok) return query;
  if (query.value.has('cursor')) {
    const detail = 'Cursors go through one type: use /Users/.search or /Groups/.search, or startIndex here.';
    return fail('invalid_value', detail);
  }
  const page = readPage(query.value);
  if (!page.ok) return page;
  const text = query.value.get('filter') ?? '';
  const filter = text.trim() === '' ? ok(undefined) : parseFilter(text);
  return filter.ok ? ok({ query: query.value, page: page.value, filter: filter.value }) : filter;
}

/** What of a page is left for a type that comes after `total` resources, of which the page shows `shown`: nothing, unless it
 * shows them to their end. */
function restOf({ startIndex, count }: Page, total: number, shown: number): Page {
  const reached = startIndex - 1 + shown >= total;
  return { startIndex: Math.max(1, startIndex - total), count: reached ? count - shown : 0 };
}

/** The query as it stands for one of the types: what only the others have is absent from its resources. */
function queryOf({ query, filter }: Asked, schemas: readonly ResourceSchema[], index: number): URLSearchParams {
  const own = new URLSearchParams(query);
  const schema = schemas[index];
  if (schema === undefined) return own;
  const others = schemas.filter((other) => other !== schema);
  if (filter) own.set('filter', printFilter(narrowFilter(filter, schema, others)));
  const sortBy = splitReference(own.get('sortBy')?.trim() ?? '');
  const foreign = sortBy && !knowsAttribute(sortBy, schema) && others.some((other) => knowsAttribute(sortBy, other));
  if (foreign) own.delete('sortBy');
  return own;
}
