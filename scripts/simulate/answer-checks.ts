// What an identity provider demands of an answer, as small functions that return the problem in words, or nothing.
// They are as strict as the real ones and no stricter: what a real one would swallow is not a failure here.
import type { Answer, JsonObject } from './http-client.ts';
import type { Names } from './people.ts';

export type Check = (answer: Answer) => string | undefined;

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** The first problem that any of the checks finds. */
export function all(...checks: readonly Check[]): Check {
  return (answer) => {
    for (const check of checks) {
      const problem = check(answer);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

export function hasStatus(...wanted: readonly number[]): Check {
  return (answer) =>
    wanted.includes(answer.status)
      ? undefined
      : `status ${answer.status} instead of ${wanted.join(' or ')}${quoteDetail(answer)}`;
}

export function hasContentType(accepted: readonly string[]): Check {
  return ({ contentType }) => {
    const essence = (contentType.split(';')[0] ?? '').trim().toLowerCase();
    return accepted.includes(essence)
      ? undefined
      : `content type "${printable(contentType)}" instead of ${accepted.join(' or ')}`;
  };
}

/** A 204 without a body is as good as the resource itself (RFC 7644 section 3.5.2). */
export function unlessNoContent(check: Check): Check {
  return (answer) => (answer.status === 204 ? undefined : check(answer));
}

export interface ExpectedUser {
  readonly userName: string;
  readonly active: boolean;
  readonly id?: string | undefined;
  readonly names?: Names | undefined;
}

/** The body is the User resource that the identity provider believes to have written. */
export function isUser(expected: ExpectedUser): Check {
  return ({ body }) => userProblem(body, expected);
}

/** The body is a ListResponse that finds exactly this user (`totalResults` 1), or nobody (0). */
export function finds(expected: ExpectedUser | undefined): Check {
  return ({ body }) => {
    const problem = listProblem(body);
    if (problem !== undefined) return problem;
    const { totalResults, resources } = readList(body);
    const wanted = expected === undefined ? 0 : 1;
    if (totalResults !== wanted) return `totalResults is ${totalResults} instead of ${wanted}`;
    return expected === undefined ? undefined : userProblem(resources[0], expected);
  };
}

/** The body is a ListResponse with at least one user in `Resources`. */
export function listsSomebody(): Check {
  return ({ body }) => {
    const problem = listProblem(body);
    if (problem !== undefined) return problem;
    const { resources } = readList(body);
    if (resources.length === 0) return 'Resources is empty, and the test takes that for a failure';
    return resources.map((resource) => anyUserProblem(resource)).find((found) => found !== undefined);
  };
}

/** Numbers and resources of a ListResponse; only meaningful after `listProblem` found nothing. */
export function readList(body: unknown): { totalResults: number; resources: readonly unknown[] } {
  const list = asObject(body);
  return {
    totalResults: Number(list?.['totalResults'] ?? 0),
    resources: Array.isArray(list?.['Resources']) ? list['Resources'] : [],
  };
}

export function listProblem(body: unknown): string | undefined {
  const list = asObject(body);
  if (list === undefined) return 'the body is not a JSON object';
  if (!hasSchema(list, listSchema)) return `schemas does not name ${listSchema}`;
  if (!Number.isInteger(list['totalResults'])) return 'totalResults is not an integer';
  for (const name of ['startIndex', 'itemsPerPage']) {
    if (list[name] !== undefined && !Number.isInteger(list[name])) return `${name} is not an integer`;
  }
  if (!Array.isArray(list['Resources'])) return 'Resources is missing or not a list';
  return undefined;
}

/** What every User resource must have, whoever it is. */
export function anyUserProblem(value: unknown): string | undefined {
  const user = asObject(value);
  if (user === undefined) return 'the User resource is not a JSON object';
  if (!hasSchema(user, userSchema)) return `schemas does not name ${userSchema}`;
  if (typeof user['id'] !== 'string' || user['id'] === '') return 'id is missing or not a string';
  if (typeof user['userName'] !== 'string' || user['userName'] === '') return 'userName is missing or not a string';
  if (typeof user['active'] !== 'boolean') return 'active is missing or not a boolean';
  const meta = user['meta'];
  if (meta !== undefined && asObject(meta)?.['resourceType'] !== 'User') return 'meta.resourceType is not "User"';
  return undefined;
}

function userProblem(value: unknown, expected: ExpectedUser): string | undefined {
  const problem = anyUserProblem(value);
  if (problem !== undefined) return problem;
  const user = asObject(value) ?? {};
  const name = asObject(user['name']) ?? {};
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['userName', user['userName'], expected.userName],
    ['active', user['active'], expected.active],
    ['id', user['id'], expected.id],
    ['name.givenName', name['givenName'], expected.names?.givenName],
    ['name.familyName', name['familyName'], expected.names?.familyName],
  ];
  const wrong = facts.find(([, actual, wanted]) => wanted !== undefined && actual !== wanted);
  return wrong && printable(`${wrong[0]} is ${JSON.stringify(wrong[1])} instead of ${JSON.stringify(wrong[2])}`);
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function hasSchema(resource: JsonObject, urn: string): boolean {
  const schemas = resource['schemas'];
  return Array.isArray(schemas) && schemas.some((name) => String(name).toLowerCase() === urn.toLowerCase());
}

/** The server's own words, where the answer is a SCIM error. */
function quoteDetail(answer: Answer): string {
  const detail = asObject(answer.body)?.['detail'];
  return typeof detail === 'string' && detail !== '' ? `; the server says: ${printable(detail)}` : '';
}

/** Foreign text made safe for a terminal: no control characters, of bearable length. */
function printable(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
