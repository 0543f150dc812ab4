// Refused requests, redacted and bounded: what an admin needs to see what the identity provider was told, and no more.

/** How many are kept. */
const KEPT = 1000;
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

/** Records one refusal and drops what is beyond the newest thousand. */
export async function recordRefusal(db: D1Database, refusal: Refusal, nowMs: number): Promise<void> {
  const { actor, requestId, method, route, status, rule } = refusal;
  const detail = refusal.detail.slice(0, DETAIL_CHARACTERS).toWellFormed();
  await db.batch([
    db
      .prepare(
        `INSERT INTO refusals (at, actor, request_id, method, route, status, rule, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(nowMs, actor, requestId ?? null, method, route, status, rule, detail),
    db.prepare('DELETE FROM refusals WHERE seq <= (SELECT max(seq) FROM refusals) - ?').bind(KEPT),
  ]);
}
