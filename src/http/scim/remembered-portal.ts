// Work that needs the policy before D1 was asked: it goes by what this isolate remembers, which costs nothing, and is done again
// when the first answer of D1 shows that another policy is in force.
import type { AuthorisedDb } from '../../auth/authorised-db.ts';
import type { Portal } from '../../directory/portal.ts';
import { kindOf, type Result } from '../../failure.ts';

/** Runs `act` by the remembered policy, and once more by the newest where that is another. */
export async function onRememberedPortal<T>(
  db: AuthorisedDb,
  act: (portal: Portal) => Promise<Result<T>>,
): Promise<Result<T>> {
  const remembered = await db.portal();
  if (!remembered.ok) return remembered;
  const outcome = await act(remembered.value);
  const newest = await newestPortal(db, outcome);
  return newest === undefined || newest === remembered.value ? outcome : act(newest);
}

/** The policy in force, as far as it matters: a refusal that D1 has not seen yet is confirmed by a read, which the key needs
 * anyway. A write that went through was guarded. */
async function newestPortal<T>(db: AuthorisedDb, outcome: Result<T>): Promise<Portal | undefined> {
  if (db.confirmed || outcome.ok) return db.portalRead;
  // D1's own failures are no decisions, and to ask again would double the load that it sheds.
  const { status } = kindOf(outcome.failure.code);
  if (status === 401 || status >= 500) return undefined;
  const read = await db.read([]);
  return read.ok ? read.value.portal : undefined;
}
