// What a screen is given, and what it gives back.
import type { SessionRow } from '../auth/session.ts';
import type { Env, Sources } from '../env.ts';
import type { Failure } from '../failure.ts';

/** One request, as the HTTP room hands it over. */
export interface Exchange {
  readonly env: Env;
  readonly sources: Sources;
  readonly request: Request;
  readonly url: URL;
  /** Also in the answer, as X-Request-Id. */
  readonly requestId: string;
  /** Work after the answer. */
  readonly later: (work: () => Promise<unknown>) => void;
}

/** What the screen of a signed-in person also has. `results` are those of the statements that the screen asked for. */
export interface SignedIn extends Exchange {
  readonly session: SessionRow;
  /** What each form of this session carries. */
  readonly formToken: string;
  readonly results: readonly D1Result[];
}

/** A response and what the request log says of it. */
export interface Handled {
  readonly response: Response;
  /** The route's pattern. */
  readonly route: string;
  readonly failure?: Failure;
}
