// What a screen is given, and what it gives back.
import type { SessionRow } from '../auth/session.ts';
import type { Portal } from '../directory/portal.ts';
import type { SettingsContext } from '../directory/portal-settings.ts';
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

/** A request to an address of the table of screens. `params` are the parts of the path that the pattern names, as they were sent. */
export interface Addressed extends Exchange {
  readonly params: Readonly<Record<string, string>>;
}

/** What the screen of a signed-in person also has. `results` are those of the statements that the screen asked for. */
export interface SignedIn extends Addressed {
  readonly session: SessionRow;
  readonly portal: Portal;
  /** When the request came, in UTC milliseconds. */
  readonly nowMs: number;
  /** What each form of this session carries. */
  readonly formToken: string;
  readonly results: readonly D1Result[];
}

/** A form that was posted. `env.DB` and `context` write only while the session is alive: each of their batches asks again. */
export interface Posted extends SignedIn {
  readonly form: URLSearchParams;
  readonly context: SettingsContext;
  /** For work after the answer, which goes on when the session has ended. */
  readonly laterEnv: Env;
}

/** A response, and the failure that the request log tells of. */
export interface Answer {
  readonly response: Response;
  readonly failure?: Failure;
}

export interface Handled extends Answer {
  /** The route's pattern. */
  readonly route: string;
}
