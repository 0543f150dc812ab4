// Workspaces for tests of the console: made by the hundred, with people to own them, and as the pages show them.
import { env } from 'cloudflare:workers';
import { DAY_MS, objectKeys } from './lifecycle.ts';
import { START_MS } from './portal.ts';

/** R2 without a key. */
export async function emptyBucket(): Promise<void> {
  for (let keys = await objectKeys(); keys.length > 0; keys = await objectKeys())
    await env.FILES.delete(keys.slice(0, 1000));
}

/** A person of the directory, active, straight into the table; gives the `seq`. */
export async function addPerson(userName: string, active = 1): Promise<number> {
  const [inserted] = await env.DB.batch<{ seq: number }>([
    env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, given_name, family_name, attributes, registration, created_at, updated_at, version)
       VALUES (?1, ?1, lower(?1), 'saml', 'user', ?2, 'Jane', 'Example', '{}', 1, ?3, ?3, 1) RETURNING seq`,
    ).bind(userName, active, START_MS),
    env.DB.prepare('UPDATE portal SET user_count = user_count + 1, active_count = active_count + ?').bind(active),
  ]);
  const seq = inserted?.results[0]?.seq;
  if (seq === undefined) throw new Error('the person was not written');
  return seq;
}

/** Active workspaces named `NAME 1` and so on; their ids. */
export async function addNamed(ownerSeq: number, count: number, name = 'Plan'): Promise<string[]> {
  const ids = Array.from(
    { length: count },
    (_, i) => `${name.toLowerCase().replaceAll(/\W/g, '')}-${ownerSeq}-${i + 1}`,
  );
  await env.DB.prepare(
    `INSERT INTO workspaces (id, owner_seq, name, state, created_at)
     SELECT value, ?1, ?2 || ' ' || (key + 1), 'active', ?3 FROM json_each(?4)`,
  )
    .bind(ownerSeq, name, START_MS, JSON.stringify(ids))
    .run();
  return ids;
}

export interface Archiving {
  readonly dueInDays?: number;
  readonly state?: 'pending' | 'held';
  readonly heldBy?: 'admin' | 'both' | null;
}

/** Archives them under one row of the ledger, as a deactivation of their owner does; its number. */
export async function archive(
  ids: readonly string[],
  ownerSeq: number,
  nowMs: number,
  { dueInDays = 30, state = 'pending', heldBy = null }: Archiving = {},
): Promise<number> {
  const dueAt = nowMs + dueInDays * DAY_MS;
  const [inserted] = await env.DB.batch<{ seq: number }>([
    env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, created_at, due_at, state, held_by)
       VALUES ('workspaces', ?1, 1, 'm-' || ?2 || (SELECT count(*) FROM destructions), 'cli', ?3, ?4, ?5, ?6) RETURNING seq`,
    ).bind(ownerSeq, ids[0] ?? '', nowMs, dueAt, state, heldBy),
    env.DB.prepare(
      `UPDATE workspaces SET state = 'archived', archived_at = ?1, destruction_seq = (SELECT max(seq) FROM destructions)
       WHERE id IN (SELECT value FROM json_each(?2))`,
    ).bind(dueAt - 30 * DAY_MS, JSON.stringify(ids)),
  ]);
  const seq = inserted?.results[0]?.seq;
  if (seq === undefined) throw new Error('the ledger row was not written');
  return seq;
}

/** What a page says, without its markup. */
export function textOf(html: string): string {
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** The ids of the workspaces that a page links to, in order, each once. */
export function listedIds(html: string): string[] {
  return [
    ...new Set(
      [...html.matchAll(/<th scope="row">.*?href="\/console\/workspaces\/([\w.-]+)"/g)].map(([, id = '']) => id),
    ),
  ];
}
