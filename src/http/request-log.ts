// One structured line a request: ids, codes and times. Never a path as sent, a query, a header or a body, since any of them
// may carry a secret or a person's data.
import { type Failure, messageOf } from '../failure.ts';

interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly response: Response;
  readonly durationMs: number;
  readonly keyId?: string;
  readonly failure?: Failure;
}

export const logRequest = {
  /** A request that got its answer, good or bad. */
  answered({ requestId, method, route, response, durationMs, keyId, failure }: Answered): void {
    const outcome = failure ? { code: failure.code, internal: failure.internal } : {};
    write({ event: 'request', requestId, method, route, status: response.status, durationMs, keyId, ...outcome });
  },

  /** Work after the answer that failed; the cron or the next request makes up for it. */
  afterwardsFailed(requestId: string, error: unknown): void {
    write({ event: 'afterwards_failed', requestId, error: messageOf(error) });
  },

  /** An exception, which is a bug of ours. */
  crashed(requestId: string, error: Error): void {
    write({ event: 'crash', requestId, error: messageOf(error), stack: error.stack });
  },
};

function write(line: object): void {
  console.log(JSON.stringify(line));
}
