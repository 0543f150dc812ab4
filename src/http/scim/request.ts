// What a SCIM handler is given, and what it gives back.
import type { AuthorisedDb } from '../../auth/authorised-db.ts';
import type { Env, Sources } from '../../env.ts';
import type { Result } from '../../failure.ts';
import type { Dialect } from '../../scim/dialects.ts';
import type { Json } from '../../scim/json.ts';
import type { Author } from '../../storage/journal.ts';
import type { Answer } from '../answer.ts';
import type { Preconditions } from './preconditions.ts';

/** Work after the answer, and how many D1 queries it may ask at most, where others have asked some already. */
export type LaterWork = (queriesLeft?: number) => Promise<unknown>;

export interface ScimRequest {
  readonly env: Env;
  readonly sources: Sources;
  readonly dialect: Dialect;
  /** Origin and base path, without a slash at the end. */
  readonly baseUrl: string;
  readonly query: URLSearchParams;
  readonly preconditions: Preconditions;
  /** The `:name` segments of the route, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Reads the body, 1 MiB unless `maxBytes` says more; only routes that take one call it. */
  readonly body: (maxBytes?: number) => Promise<Result<Json>>;
  readonly db: AuthorisedDb;
  /** The key and the request, for the journal. */
  readonly author: Author;
  /** Runs work after the answer. */
  readonly later: (work: LaterWork) => void;
}

export type ScimHandler = (request: ScimRequest) => Promise<Result<Answer>>;
