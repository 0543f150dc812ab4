// Files and messages are one thing in two tables: a row in D1 that says who may read, bytes in R2 under a key whose prefix
// says whose fate they share. Bytes come first, so a row never names bytes that are not there.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { registrationPrefix, workspacePrefix } from '../lifecycle/content-keys.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { answered, Stalled } from '../storage/deadline.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { bytesUnavailable, failureOf, notReadable } from './content-failure.ts';
import { findPlace, type Place, placeGuards } from './place.ts';

/** What differs between the two: the table, and whether a row has a name. */
export interface ContentKind {
  readonly noun: 'file' | 'message';
  readonly table: 'files' | 'messages';
  readonly named: boolean;
}

/** What to store, by whom, and in which workspace if not as personal content. */
export interface NewContent {
  readonly ownerSeq: number;
  readonly workspaceId?: string | undefined;
  /** Kept where the kind is named. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Bindings = Pick<Env, 'DB' | 'FILES'>;

/** Stores bytes and their row, for an active owner and, where one is named, in an active workspace. Fails with
 * `resource_not_found` when either is closed, at the latest at the moment of the write, and takes the bytes back then. */
export async function storeContent(
  env: Bindings,
  sources: Sources,
  kind: ContentKind,
  content: NewContent,
): Promise<Result<{ readonly id: string }>> {
  const { ownerSeq, workspaceId, bytes } = content;
  const place = await findPlace(env.DB, ownerSeq, workspaceId);
  if (!place.ok) return place;
  const id = randomId(sources);
  const folder =
    workspaceId === undefined ? registrationPrefix(ownerSeq, place.value.registration) : workspacePrefix(workspaceId);
  const r2Key = `${folder}${kind.noun}/${id}`;
  const unstored = await putBytes(env.FILES, r2Key, bytes);
  if (unstored) return unstored;
  const outcome = await insertRow(env.DB, sources, kind, content, place.value, { id, r2Key });
  // Only a refusal says that no row names these bytes. After a fault one may; the sweep of a purge covers the other case.
  if (outcome.kind === 'lost') await answered('R2', () => env.FILES.delete(r2Key)).catch(() => undefined);
  return failureOf(outcome) ?? ok({ id });
}

/** The failure, where R2 did not take the bytes. What arrives after we stopped waiting is taken back: no row will name it. */
async function putBytes(files: R2Bucket, r2Key: string, bytes: Uint8Array) {
  const put = files.put(r2Key, bytes);
  try {
    await answered('R2', () => put);
    return undefined;
  } catch (error) {
    if (error instanceof Stalled) put.then(() => files.delete(r2Key)).catch(() => undefined);
    return bytesUnavailable(error);
  }
}

function insertRow(
  db: D1Database,
  sources: Sources,
  kind: ContentKind,
  { name, bytes }: NewContent,
  place: Place,
  { id, r2Key }: { readonly id: string; readonly r2Key: string },
) {
  const mutationId = randomId(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const row: [column: string, value: unknown][] = [
    ['id', id],
    ['owner_seq', place.ownerSeq],
    ['registration', place.registration],
    ['workspace_seq', place.workspaceSeq],
    ['r2_key', r2Key],
    ['size_bytes', bytes.byteLength],
    ['created_at', nowMs],
  ];
  if (kind.named) row.push(['name', name]);
  const columns = row.map(([column]) => column).join(', ');
  const insert = db
    .prepare(`INSERT INTO ${kind.table} (${columns}) VALUES (${row.map(() => '?').join(', ')})`)
    .bind(...row.map(([, value]) => value));
  const type = `${kind.noun}.created` as const;
  const entry = { mutationId, type, subject: id, actor: place.ownerId, attributes: [] };
  return commit(db, {
    mutationId,
    guards: placeGuards(db, place),
    statements: [insert, insertJournal(db, entry, nowMs)],
  });
}

/** The bytes and the name of content that is readable now: personal content while its owner is active under the registration
 * it was made in, a workspace's content while the workspace is active. Anything else is `resource_not_found`, although its
 * bytes may still exist. */
export async function readContent(
  env: Bindings,
  kind: ContentKind,
  id: string,
): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array }>> {
  const outcome = await readBatch(env.DB, [
    env.DB.prepare(
      `SELECT c.r2_key AS r2Key, ${kind.named ? 'c.name' : "''"} AS name FROM ${kind.table} AS c
       LEFT JOIN users AS u ON u.seq = c.owner_seq LEFT JOIN workspaces AS w ON w.seq = c.workspace_seq
       WHERE c.id = ? AND iif(c.workspace_seq IS NULL, u.active = 1 AND u.registration = c.registration, w.state = 'active')`,
    ).bind(id),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const row = outcome.results[0]?.results[0] as { readonly r2Key: string; readonly name: string } | undefined;
  if (!row) return notReadable(kind.noun);
  try {
    const bytes = await answered('R2', async () => (await env.FILES.get(row.r2Key))?.bytes());
    return bytes ? ok({ name: row.name, bytes }) : notReadable(kind.noun);
  } catch (error) {
    return bytesUnavailable(error);
  }
}
