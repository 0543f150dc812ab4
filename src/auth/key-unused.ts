// A key before anything uses it: made without a secret, and then given the one that identity providers use. What has no secret opens
// nothing: its hash is no hash, and its purpose is one that no request asks for.
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { guard } from '../storage/guard.ts';
import { type Author, authorOf } from '../storage/journal.ts';
import { auditedCommit } from './audited-commit.ts';
import { keyHash, mintPassword, newKeyId } from './key-format.ts';
import { putEntry } from './key-lookup.ts';
import { noActiveAdmin, ownerGuard, unusableUsername } from './key-owner.ts';
import { type KeyRow, noSuchKey, notUnused, selectKeyRow } from './key-row.ts';
import { alreadyOver, type CreatedScimKey } from './key-store.ts';
import { storedRow } from './stored-row.ts';

/** A key to make, under an id of `newKeyId`: a form that is sent twice names the same. */
export interface NewKey extends Author {
  readonly keyId: string;
  readonly ownerSeq: number;
  /** As `readLabel` gives it. */
  readonly label: string;
  readonly expiresAtMs: number | null;
}

/** Makes a key for an active account, and gives its id: another than the wanted one where that is taken by another key. Fails with
 * `invalid_value` (an end in the past), `resource_not_found` (no such account, or it is not active) or like storage does. */
export async function createKey(env: Pick<Env, 'DB'>, sources: Sources, wanted: NewKey): Promise<Result<string>> {
  const nowMs = Math.trunc(sources.nowMs());
  const over = alreadyOver(wanted.expiresAtMs, nowMs);
  if (over) return { ok: false, failure: over };
  const { keyId, ownerSeq, label, expiresAtMs } = wanted;
  const alive = 'EXISTS (SELECT 1 FROM users WHERE seq = ? AND active = 1 AND removed_at IS NULL)';
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.created',
    subject: keyId,
    ...authorOf(wanted),
    attributes: ['label', 'owner', ...(expiresAtMs === null ? [] : ['expires'])],
    guards: [guard(env.DB, 'owner', alive, ownerSeq)],
    statements: [
      env.DB.prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, expires_at)
         SELECT ?1, seq, user_name, 'api', ?3, 'none:' || ?1, ?4, ?5 FROM users WHERE seq = ?2`,
      ).bind(keyId, ownerSeq, label, nowMs, expiresAtMs),
    ],
  });
  if (outcome.kind === 'committed') return ok(keyId);
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.guard !== 'unique') {
    return fail('resource_not_found', 'Nothing was made: the account that was to own the key is not active any more.');
  }
  const taken = await storedRow<KeyRow>(env.DB, selectKeyRow(env.DB, keyId));
  if (!taken.ok) return taken;
  const isSame = taken.value?.ownerSeq === ownerSeq && taken.value.label === label;
  return isSame ? ok(keyId) : createKey(env, sources, { ...wanted, keyId: newKeyId(sources) });
}

/** Gives an unused key of that owner the secret that identity providers use. Fails with `resource_not_found`,
 * `precondition_failed` (it has one, or has ended), `invalid_value` (its owner is no active admin, or has a name that Basic
 * cannot carry), or like storage does. */
export async function useForScim(
  env: Pick<Env, 'DB' | 'SCIM_KEYS'>,
  sources: Sources,
  { keyId, ownerSeq, ...by }: Author & { readonly keyId: string; readonly ownerSeq: number },
): Promise<Result<CreatedScimKey>> {
  const read = await storedRow<KeyRow>(env.DB, selectKeyRow(env.DB, keyId));
  if (!read.ok) return read;
  const key = read.value;
  const nowMs = Math.trunc(sources.nowMs());
  if (key?.ownerSeq !== ownerSeq) return noSuchKey();
  const wrong = notUnused(key, nowMs) ?? unusableUsername(key.ownerName);
  if (wrong) return { ok: false, failure: wrong };
  const username = key.ownerName;
  const { password } = await mintPassword(sources, keyId);
  const hash = await keyHash(username, password);
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.used_for_scim',
    subject: keyId,
    ...authorOf(by),
    attributes: [],
    guards: [unusedGuard(env.DB, keyId, nowMs), ownerGuard(env.DB, ownerSeq, username)],
    statements: [
      env.DB.prepare("UPDATE api_keys SET purpose = 'scim', username = ?, hash = ? WHERE id = ?").bind(
        username,
        hash,
        keyId,
      ),
    ],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.kind === 'lost') return outcome.guard === 'owner' ? noActiveAdmin(username) : changedMeanwhile();
  const { createdAt, expiresAt } = key;
  const entry = { keyId, ownerSeq, purpose: 'scim', createdAtMs: createdAt, expiresAtMs: expiresAt } as const;
  return ok({
    keyId,
    username,
    password,
    expiresAtMs: expiresAt,
    inKv: await putEntry(env.SCIM_KEYS, sources, hash, entry),
  });
}

function unusedGuard(db: D1Database, keyId: string, nowMs: number): D1PreparedStatement {
  const condition = `EXISTS (SELECT 1 FROM api_keys WHERE id = ? AND purpose = 'api' AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > ?))`;
  return guard(db, 'state', condition, keyId, nowMs);
}

/** Somebody else was faster. */
export function changedMeanwhile() {
  return fail('precondition_failed', 'Nothing was changed: somebody else has changed the key just now.');
}
