// What a worker may still destroy, asked anew before each of its steps: a hold may come at any moment, and content that was
// given back, or that another row holds, lies beside content that has to go.
import type { Run } from './run.ts';

/** SQL that is true while the ledger row `seq`, a parameter, is still the worker's to work. */
export function isPending(seq: string): string {
  return `EXISTS (SELECT 1 FROM destructions AS own WHERE own.seq = ${seq} AND own.state = 'pending')`;
}

/** SQL that is true for a registration, an expression, whose content is not to be destroyed with registration `?2` of the user
 * `?1`, newer though that is: another ledger row holds it, with whatever earlier ones it condemned, or it was given back to a
 * registration that came later. */
export function isKept(registration: string): string {
  return `EXISTS (SELECT 1 FROM destructions AS kept WHERE kept.user_seq = ?1
    AND (kept.state = 'held' OR kept.restored_to IS NOT NULL) AND kept.kind = 'user_content'
    AND iif(kept.state = 'held', kept.registration BETWEEN ${registration} AND ?2,
      kept.registration = ${registration} AND kept.restored_to > ?2))`;
}

/** SQL of the oldest registration of the user `?1`, up to `?2`, whose personal rows of a table have to go; NULL when there is
 * none. It steps from registration to registration, one row each, so what is kept costs nothing however much it is. */
export function oldestDoomed(table: string): string {
  const next = (above: string) => `(SELECT min(c.registration) FROM ${table} AS c
    WHERE c.workspace_seq IS NULL AND c.owner_seq = ?1 AND c.registration <= ?2 AND c.registration > ${above})`;
  return `(WITH RECURSIVE met(registration) AS (
      VALUES (${next('0')}) UNION ALL SELECT ${next('met.registration')} FROM met WHERE met.registration IS NOT NULL)
    SELECT registration FROM met WHERE registration IS NOT NULL AND NOT ${isKept('met.registration')} LIMIT 1)`;
}

interface KeptRow {
  readonly registration: number | null;
  readonly restoredTo: number | null;
  readonly held: number | null;
}

/** Which registrations of the row's user must stay, of those up to `registration`; undefined when the row is no longer
 * pending, so that nothing may go any more. The bytes of what was given back stay where they lie for as long as the
 * registration that has them now is kept itself. */
export async function keptRegistrations(
  run: Run,
  ledgerSeq: number,
  registration: number,
): Promise<ReadonlySet<number> | undefined> {
  const rows = await run.read<KeptRow>(
    run.db
      .prepare(
        `SELECT kept.registration, kept.restored_to AS restoredTo, kept.state = 'held' AS held
         FROM destructions AS own LEFT JOIN destructions AS kept ON kept.user_seq = own.user_seq
           AND (kept.state = 'held' OR kept.restored_to IS NOT NULL) AND kept.kind = 'user_content'
         WHERE own.seq = ? AND own.state = 'pending'`,
      )
      .bind(ledgerSeq),
  );
  return rows.length === 0 ? undefined : closure(rows, registration);
}

function closure(rows: readonly KeptRow[], dying: number): ReadonlySet<number> {
  const kept = new Set<number>();
  for (let before = -1; kept.size > before; ) {
    before = kept.size;
    for (const row of rows) for (const registration of keptBy(row, dying, kept)) kept.add(registration);
  }
  return kept;
}

/** A held row keeps what it condemned, which is all up to its registration; one that was given back keeps its own. */
function keptBy({ registration, restoredTo, held }: KeptRow, dying: number, kept: ReadonlySet<number>): number[] {
  if (registration === null || registration > dying) return [];
  if (held === 1) return Array.from({ length: registration }, (_, i) => i + 1);
  return restoredTo !== null && (restoredTo > dying || kept.has(restoredTo)) ? [registration] : [];
}
