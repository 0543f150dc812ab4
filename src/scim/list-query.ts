// What a list request asks for besides its filter: which page, by index or by cursor, and in which order. It reads names from
// anything that has `get`, so that the query of a GET and the body of a /.search are one thing. RFC 7644 section 3.4.2, RFC 9865.
import { fail, ok, type Result } from '../failure.ts';
import { DEFAULT_COUNT, MAX_COUNT, type Page, readPage } from './list-response.ts';

export type ListParameters = Pick<URLSearchParams, 'get'>;

/** By index as RFC 7644 has it, or from a cursor; an empty cursor begins. */
export type Paging =
  | ({ readonly kind: 'index' } & Page)
  | { readonly kind: 'cursor'; readonly cursor: string; readonly count: number };

export interface Sort {
  /** As the client wrote it. */
  readonly by: string;
  readonly descending: boolean;
}

export interface ListQuery {
  readonly paging: Paging;
  readonly sort: Sort | undefined;
}

/** Fails with `invalid_value`, or `invalid_count` where a cursor goes with a count that is none. */
export function readListQuery(parameters: ListParameters): Result<ListQuery> {
  const sort = readSort(parameters);
  if (!sort.ok) return sort;
  const paging = readPaging(parameters);
  return paging.ok ? ok({ paging: paging.value, sort: sort.value }) : paging;
}

function readPaging(parameters: ListParameters): Result<Paging> {
  const cursor = parameters.get('cursor');
  if (cursor === null) {
    const page = readPage(parameters);
    return page.ok ? ok({ kind: 'index', ...page.value }) : page;
  }
  if (parameters.get('startIndex') !== null) {
    return fail('invalid_value', 'Ask for a page by "cursor" or by "startIndex", not by both.');
  }
  const count = parameters.get('count')?.trim() || String(DEFAULT_COUNT);
  if (!/^\d{1,15}$/.test(count)) {
    return fail(
      'invalid_count',
      `With a cursor, count must be a whole number from 0; at most ${MAX_COUNT} come at once.`,
    );
  }
  return ok({ kind: 'cursor', cursor: cursor.trim(), count: Math.min(MAX_COUNT, Number(count)) });
}

const ORDERS: Readonly<Record<string, boolean>> = { ascending: false, descending: true };

function readSort(parameters: ListParameters): Result<Sort | undefined> {
  const by = parameters.get('sortBy')?.trim() ?? '';
  const order = parameters.get('sortOrder')?.trim().toLowerCase() || 'ascending';
  const descending = Object.hasOwn(ORDERS, order) ? ORDERS[order] : undefined;
  if (descending === undefined) return fail('invalid_value', 'sortOrder must be "ascending" or "descending".');
  return ok(by === '' ? undefined : { by, descending });
}
