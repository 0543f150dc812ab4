// An access token that has merely run out: its client gets another by itself, so that no admin needs to hear of it.
import { storedRow } from '../stored-row.ts';
import { clientAlive } from './client-guard.ts';

const RAN_OUT = 'EXISTS (SELECT 1 FROM oauth_tokens WHERE hash = ?3 AND key_id = k.id AND expires_at <= ?2)';

/** Whether the token of that hash is one of a living client, and over; false where D1 does not answer. */
export async function hasRunOut(
  db: D1Database,
  { keyId, hash }: { readonly keyId: string; readonly hash: string },
  nowMs: number,
): Promise<boolean> {
  const select = db.prepare(`SELECT 1 WHERE ${clientAlive(RAN_OUT)}`).bind(keyId, nowMs, hash);
  const found = await storedRow(db, select);
  return found.ok && found.value !== null;
}
