// What the lists of every type have in common: which query a cursor belongs to, where a page begins, and the answer around it.
import { ok, type Result } from '../../failure.ts';
import { readCursor } from '../../scim/cursor.ts';
import type { JsonObject } from '../../scim/json.ts';
import type { Paging, Sort } from '../../scim/list-query.ts';
import { cursorResponse, listResponse } from '../../scim/list-response.ts';
import type { PlainStart } from '../../storage/list-rows.ts';
import type { Answer } from '../answer.ts';

/** A text that is the same for the same type, filter and order: cursors carry its hash. */
export function identityOf(type: string, filter: string, sort: Sort | undefined): string {
  return JSON.stringify([type, filter, sort?.by.toLowerCase(), sort?.descending]);
}

/** Fails with `invalid_cursor` and `expired_cursor`. */
export function readStart(paging: Paging, identity: string, nowMs: number): Result<PlainStart> {
  if (paging.kind === 'index') return ok({ kind: 'offset', offset: paging.startIndex - 1 });
  if (paging.cursor === '') return ok({ kind: 'offset', offset: 0 });
  const position = readCursor(paging.cursor, identity, nowMs);
  return position.ok ? ok({ kind: 'behind', position: position.value }) : position;
}

/** By cursor, one row more than is shown says whether there is another page. */
export function limitOf({ kind, count }: Paging): number {
  return kind === 'cursor' && count > 0 ? count + 1 : count;
}

interface Page {
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** The ListResponse of a page. */
export function pageAnswer(paging: Paging, { total, nextCursor }: Page, resources: readonly JsonObject[]): Answer {
  const resource =
    paging.kind === 'cursor'
      ? cursorResponse(total, nextCursor, resources)
      : listResponse(total, paging.startIndex, resources);
  return { status: 200, resource };
}
