// A demo portal has a past: a service account that another has replaced, so that the console's list of deactivated users has somebody
// to show. Of login type service, since the numbers of SCIM users are what `npm start` was asked for.
import { commit } from '../src/storage/commit.ts';
import { insertJournal } from '../src/storage/journal.ts';
import { hideNewAccount } from '../src/storage/list-positions.ts';

const RETIRED = 'old-scim-admin@acme.example';
const DAY_MS = 86_400_000;

/** Makes the account, made and deactivated by `actor` some days before `nowMs`, unless it is there; before all else, since the
 * journal is in the order of time. Throws as D1 does. */
export async function seedPast(
  db: D1Database,
  { actor, role, nowMs }: { readonly actor: string; readonly role: string; readonly nowMs: number },
): Promise<void> {
  if (await db.prepare('SELECT 1 FROM users WHERE id = ?').bind(RETIRED).first()) return;
  const [madeAt, endedAt] = [nowMs - 20 * DAY_MS, nowMs - 6 * DAY_MS];
  const insert = db
    .prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, access_epoch, created_at,
         updated_at, version, deactivated_at)
       VALUES (?1, ?1, ?1, 'service', ?4, 0, '{}', 1, 1, ?2, ?3, 2, ?3)`,
    )
    .bind(RETIRED, madeAt, endedAt, role);
  const about = { subject: RETIRED, actor } as const;
  const outcome = await commit(db, {
    mutationId: 'demo-past-made',
    guards: [],
    statements: [
      insert,
      ...hideNewAccount(db, RETIRED),
      insertJournal(
        db,
        { ...about, mutationId: 'demo-past-made', type: 'user.created', attributes: ['userName', 'loginType', 'role'] },
        madeAt,
      ),
      insertJournal(
        db,
        { ...about, mutationId: 'demo-past-ended', type: 'user.deactivated', attributes: ['active', 'role'] },
        endedAt,
      ),
    ],
  });
  if (outcome.kind === 'fault') throw outcome.error;
}
