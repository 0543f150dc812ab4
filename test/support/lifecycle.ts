// A portal made by hand for the tests of lifecycle and content: users and bulk content straight into the tables, a clock
// that the test owns, and pictures of the whole state to compare.
import { env } from 'cloudflare:workers';
import type { Policy } from '../../src/directory/policy.ts';
import { PRESETS } from '../../src/directory/presets.ts';
import type { Sources } from '../../src/env.ts';
import type { Result } from '../../src/failure.ts';
import { registrationPrefix, workspacePrefix } from '../../src/lifecycle/content-keys.ts';
import { type Deactivation, deactivate } from '../../src/lifecycle/deactivate.ts';
import { commit } from '../../src/storage/commit.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 0, 31, 12);

/** Sources whose clock moves only when told, and whose random bytes never repeat. */
export class TestSources implements Sources {
  now = START_MS;
  #drawn = 0;
  nowMs = (): number => this.now;
  randomBytes = (length: number): Uint8Array => {
    this.#drawn += 1;
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(length - 4, this.#drawn);
    return bytes;
  };
}

/** Empties every table and the bucket, and sets the counters to nobody. */
export async function cleanPortal(): Promise<void> {
  const tables = [
    'users',
    'list_blocks',
    'api_keys',
    'workspaces',
    'files',
    'messages',
    'destructions',
    'journal',
    'outbox',
  ];
  await env.DB.batch([
    ...tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare(
      "UPDATE portal SET user_count = 0, active_count = 0, hidden_count = 0, hidden_through = 0, hidden_regions = '{}', recent_deactivations = '[]', brake_engaged_at = NULL, brake_cause = NULL, archived_through = 0",
    ),
  ]);
  const keys = await objectKeys();
  for (let at = 0; at < keys.length; at += 1000) await env.FILES.delete(keys.slice(at, at + 1000));
}

/** An active user with login type saml; the number is the `seq`. */
export async function addUser(seq: number, role = 'user'): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO users (seq, id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
         attributes, registration, created_at, updated_at, version)
       VALUES (?1, ?2, ?2, ?2, 'ext-' || ?2, 'saml', ?3, 1, 'Kim', 'Lee', '{"title":"Cook"}', 1, ?4, ?4, 1)`,
    ).bind(seq, `user${seq}@portal.example`, role, START_MS),
    env.DB.prepare('UPDATE portal SET user_count = user_count + 1, active_count = active_count + 1'),
  ]);
}

/** Back under the registration that the deactivation began, as an activation does it. */
export async function comeBack(seq: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('UPDATE users SET active = 1, version = version + 1, deactivated_at = NULL WHERE seq = ?').bind(seq),
    env.DB.prepare('UPDATE portal SET active_count = active_count + 1'),
  ]);
}

export async function addWorkspaces(ownerSeq: number, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, i) => `w${ownerSeq}-${i}`);
  await env.DB.prepare(
    `INSERT INTO workspaces (id, owner_seq, name, state, created_at)
     SELECT value, ?, 'Plans', 'active', ? FROM json_each(?)`,
  )
    .bind(ownerSeq, START_MS, JSON.stringify(ids))
    .run();
  return ids;
}

export interface BulkContent {
  readonly table: 'files' | 'messages';
  readonly ownerSeq: number;
  readonly registration?: number;
  /** Personal content without one. */
  readonly workspaceId?: string | undefined;
  readonly count: number;
  /** False leaves the bytes out, where a test looks at rows alone. */
  readonly objects?: boolean;
}

/** `count` files or messages of 10 bytes each, straight into the table. */
export async function addContent(bulk: BulkContent): Promise<void> {
  const { table, ownerSeq, registration = 1, workspaceId, count, objects = true } = bulk;
  const folder = workspaceId === undefined ? registrationPrefix(ownerSeq, registration) : workspacePrefix(workspaceId);
  const ids = Array.from({ length: count }, (_, i) => `${table}-${workspaceId ?? ownerSeq}-${registration}-${i}`);
  const [nameColumn, name] = table === 'files' ? [', name', ", 'plan.txt'"] : ['', ''];
  await env.DB.prepare(
    `INSERT INTO ${table} (id, owner_seq, registration, workspace_seq, r2_key, size_bytes, created_at${nameColumn})
     SELECT value, ?1, ?2, (SELECT seq FROM workspaces WHERE id = ?3), ?4 || value, 10, ?5${name} FROM json_each(?6)`,
  )
    .bind(ownerSeq, registration, workspaceId ?? null, folder, START_MS, JSON.stringify(ids))
    .run();
  if (objects) await putObjects(ids.map((id) => folder + id));
}

/** Objects of 10 bytes that no row names. */
export async function putObjects(keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += 50) {
    await Promise.all(keys.slice(at, at + 50).map((key) => env.FILES.put(key, '0123456789')));
  }
}

type Change = Partial<Pick<Deactivation, 'remove' | 'wasActive' | 'changes' | 'mutationId' | 'brake'>> & {
  readonly policy?: Policy;
};

export interface Deactivated {
  readonly mutationId: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** What a request does: the statements and a journal row in one batch. Counts are those of the whole batch. */
export async function deactivateUser(sources: Sources, userSeq: number, change: Change = {}): Promise<Deactivated> {
  const user = await env.DB.prepare('SELECT registration, active FROM users WHERE seq = ?')
    .bind(userSeq)
    .first<{ registration: number; active: number }>();
  const portalVersion = await env.DB.prepare('SELECT version FROM portal WHERE id = 1').first<number>('version');
  if (!user || portalVersion === null) throw new Error(`no user ${userSeq}`);
  const mutationId = change.mutationId ?? `m-${userSeq}-${user.registration}`;
  const outcome = await commit(env.DB, {
    mutationId,
    guards: [],
    statements: [
      ...deactivate(env.DB, {
        userSeq,
        registration: user.registration,
        actor: 'key',
        nowMs: sources.nowMs(),
        policy: PRESETS.sendsafely.policy,
        portalVersion,
        wasActive: user.active === 1,
        remove: false,
        ...change,
        mutationId,
      }),
      env.DB.prepare(
        "INSERT INTO journal (mutation_id, type, subject, actor, attributes, at) VALUES (?, 'user.deactivated', ?, 'key', '[]', ?)",
      ).bind(mutationId, `user${userSeq}`, sources.nowMs()),
    ],
  });
  if (outcome.kind !== 'committed') throw new Error(`the deactivation was not committed: ${JSON.stringify(outcome)}`);
  return {
    mutationId,
    rowsRead: outcome.results.reduce((sum, result) => sum + result.meta.rows_read, 0),
    rowsWritten: outcome.results.reduce((sum, result) => sum + result.meta.rows_written, 0),
  };
}

export async function rowsOf<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row[]> {
  return (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<Row>()
  ).results;
}

/** Every key in the bucket, in order, whatever the number of pages. */
export async function objectKeys(prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await env.FILES.list({ prefix, ...(cursor !== undefined && { cursor }) });
    keys.push(...page.objects.map((object) => object.key));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return keys;
}

const PICTURED = {
  ledger: 'SELECT kind, user_seq, registration, cause, due_at, state, objects, bytes FROM destructions',
  workspaces: 'SELECT id, owner_seq, name, state, deleted_at IS NULL AS open FROM workspaces ORDER BY id',
  files: 'SELECT id, r2_key FROM files ORDER BY id',
  messages: 'SELECT id, r2_key FROM messages ORDER BY id',
  journal: 'SELECT mutation_id, type, subject FROM journal ORDER BY mutation_id',
  users: 'SELECT * FROM users ORDER BY seq',
  portal: 'SELECT * FROM portal',
};

/** Everything a purge may touch but leases and times of the work itself, to compare ways that should lead to one end. */
export async function picture(): Promise<unknown> {
  const results = await env.DB.batch(Object.values(PICTURED).map((sql) => env.DB.prepare(sql)));
  const tables = Object.keys(PICTURED).map((name, i) => [name, results[i]?.results]);
  return { ...Object.fromEntries(tables), objects: await objectKeys() };
}

/** The value of a result that must be one. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
}
