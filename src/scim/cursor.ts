// Cursors of RFC 9865: where a page ended, which query it was, and when. Nothing in them is secret and nothing is trusted: a
// forged one can only ask for a position of a list that its sender may read anyway.
import { fail, ok, type Result } from '../failure.ts';

/** The last row of a page: its `seq`, and its sort key where the list is sorted. */
export interface Position {
  readonly seq: number;
  readonly key: string | number | null;
}

/** How long a cursor can be used, in seconds. */
export const CURSOR_TIMEOUT_SECONDS = 3600;
/** Clocks of two machines may differ by so much. */
const SKEW_SECONDS = 300;

/** A cursor behind `position` for the query that `query` describes, any text that is the same for the same query. */
export function writeCursor(position: Position, query: string, nowMs: number): string {
  const parts = [hashOf(query), Math.floor(nowMs / 1000), position.seq, position.key];
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The position of a cursor. Fails with `invalid_cursor` for anything that `writeCursor` did not make for this very query, and
 * with `expired_cursor` an hour after it was made. */
export function readCursor(cursor: string, query: string, nowMs: number): Result<Position> {
  const [hash, issuedAt, seq, key, ...more] = decode(cursor);
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  const isKey = (value: unknown) => value === null || typeof value === 'string' || Number.isFinite(value);
  if (typeof hash !== 'string' || !isWhole(issuedAt) || !isWhole(seq) || !isKey(key) || more.length > 0) {
    return invalid('This is no cursor of this gateway.');
  }
  const age = nowMs / 1000 - issuedAt;
  if (age < -SKEW_SECONDS) return invalid('This is no cursor of this gateway.');
  if (hash !== hashOf(query)) return invalid('The cursor belongs to another filter or sort order.');
  if (age > CURSOR_TIMEOUT_SECONDS) {
    return fail('expired_cursor', `The cursor is older than ${CURSOR_TIMEOUT_SECONDS} seconds. ${BEGIN}`);
  }
  return ok({ seq, key: key as Position['key'] });
}

const BEGIN = 'Begin again with an empty cursor.';

function invalid(sentence: string): Result<never> {
  return fail('invalid_cursor', `${sentence} ${BEGIN}`);
}

function decode(cursor: string): unknown[] {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** FNV-1a, 32 bits: tells queries apart, protects nothing. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
