// Refused requests, redacted and bounded: what an admin needs to see what the identity provider was told, and no more. Nobody
// can fill the table, nor push out what somebody else was told.
import { answered } from './deadline.ts';

/** Every so many rows the table is looked through, by `refusal-trim.ts`. */
export const TRIM_EVERY = 50;
/** What is kept of a sentence; some of them quote what the client sent. */
const DETAIL_CHARACTERS = 500;

export interface Refusal {
  /** The key's id where the key was genuine. */
  readonly actor: string | null;
  /** The X-Request-Id of the answer. */
  readonly requestId?: string;
  readonly method: string;
  /** The route's pattern; a path as sent may carry anything. */
  readonly route: string;
  readonly status: number;
  readonly rule: string;
  readonly detail: string;
}

/** Records one refusal, and keeps the table within its bounds. */
export async function recordRefusal(db: D1Database, refusal: Refusal, nowMs: number): Promise<void> {
  const { actor, requestId, method, route, status, rule } = refusal;
  const detail = refusal.detail.slice(0, DETAIL_CHARACTERS).toWellFormed();
  const insert = db
    .prepare(
      `INSERT INTO refusals (at, actor, request_id, method, route, status, rule, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    )
    .bind(nowMs, actor, requestId ?? null, method, route, status, rule, detail);
  const [inserted] = await answered('D1', () => db.batch<{ readonly seq: number }>([insert]));
  if ((inserted?.results[0]?.seq ?? 1) % TRIM_EVERY !== 0) return;
  const { trimRefusals } = await import('./refusal-trim.ts');
  await trimRefusals(db);
}
