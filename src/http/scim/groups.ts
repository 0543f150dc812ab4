// GET /Groups: identity providers ask for groups even where none are pushed, and read a 404 as a broken connection.
import { ok } from '../../failure.ts';
import { listResponse, readPage } from '../../scim/list-response.ts';
import type { ScimHandler } from './request.ts';

/** An empty list: this portal has no groups yet. */
export const listGroups: ScimHandler = async ({ query, db }) => {
  const page = readPage(query);
  if (!page.ok) return page;
  const authorised = await db.read([]);
  return authorised.ok ? ok({ status: 200, resource: listResponse(0, page.value.startIndex, []) }) : authorised;
};
