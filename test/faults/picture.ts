// What two ways to one end must have in common: everything that is stored, but for what is random or tells of tries. Refusals
// and the last use of a key are left out, since they are records of requests and not of what these did.
import type { Json, JsonObject } from '../../src/scim/json.ts';
import type { Stored } from '../support/stored.ts';

/** Columns that tell how often something was tried, or until when somebody works on it. */
const TRIES: ReadonlySet<string> = new Set([
  'lease_until',
  'next_at',
  'attempts',
  'last_error',
  'last_used_at',
  'usual_gap_ms',
]);

/** Random names in the order of their first appearance: ids of 32 hex digits, ids and hashes of keys. */
function renamed(text: string, keys: readonly JsonObject[]): string {
  const names = new Map<string, string>();
  const nameOf = (kind: string) => (random: string) => {
    const known = names.get(random) ?? `<${kind} ${names.size + 1}>`;
    names.set(random, known);
    return known;
  };
  const ofKeys = keys.map(({ id }) => String(id)).join('|');
  const hashes = text.replace(/\b[0-9a-f]{64}\b/g, nameOf('hash'));
  const ids = ofKeys === '' ? hashes : hashes.replace(new RegExp(`\\b(?:${ofKeys})\\b`, 'g'), nameOf('key'));
  return ids.replace(/\b[0-9a-f]{32}\b/g, nameOf('id'));
}

/** A moment is told by whether it has come, a due date by its distance from what set it; which try of a request it was that
 * did something is not told. */
function timeless(row: JsonObject): JsonObject {
  const columns = Object.entries(row).filter(([name]) => !TRIES.has(name));
  return Object.fromEntries(columns.map(([name, value]) => [name, timelessValue(name, value, row)]));
}

function timelessValue(name: string, value: Json, row: JsonObject): Json {
  if (name === 'due_at') return Number(value) - Number(row['created_at']);
  if (name === 'request_id') return value && 'set';
  if (name === 'recent_deactivations') return (JSON.parse(String(value)) as unknown[]).length;
  return (name === 'at' || name.endsWith('_at')) && value !== null ? 'set' : value;
}

/** The picture of a state. */
export function pictureOf({ tables, kv, objects }: Stored): Json {
  const { refusals: _, ...kept } = tables;
  const rows = Object.fromEntries(Object.entries(kept).map(([name, all]) => [name, all.map(timeless)]));
  const entries = Object.fromEntries(Object.entries(kv).map(([name, value]) => [name, timelessEntry(value)]));
  const sizes = Object.fromEntries(Object.entries(objects).map(([key, { size }]) => [key, size]));
  const text = JSON.stringify({ ...rows, kv: entries, objects: sizes });
  return JSON.parse(renamed(text, tables['api_keys'] ?? []));
}

function timelessEntry(value: string): Json {
  return { ...(JSON.parse(value) as JsonObject), createdAtMs: 'set' };
}
