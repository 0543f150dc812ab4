// Where a page of a list for people ended, as text for an address. Nothing in it is secret and nothing is trusted: a forged one can
// only ask for a place in a list that its sender may see anyway, and one that is none begins the list again.
import { SOURCES, type SourceName } from './user-list-sources.ts';

/** The last row that was looked at: by which way, and what that is ordered by. */
export interface Place {
  readonly source: SourceName;
  readonly seq: number;
  readonly key: string | number;
}

/** The text of a place. */
export function writePlace({ source, seq, key }: Place): string {
  return Buffer.from(JSON.stringify([source, seq, key])).toString('base64url');
}

/** The place of a text; undefined for the beginning. */
export function readPlace(text: string): Place | undefined {
  const [source, seq, key, ...more] = decode(text);
  if (typeof source !== 'string' || !isSource(source) || more.length > 0) return undefined;
  if (!isWhole(seq)) return undefined;
  const fits = SOURCES[source].order.keyType === 'string' ? typeof key === 'string' : isWhole(key);
  return fits ? { source, seq, key: key as string | number } : undefined;
}

function isSource(name: string): name is SourceName {
  return Object.hasOwn(SOURCES, name);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function decode(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
