// What people call the keys, users, groups and workspaces that lines of the log name by their ids. As they are called now, and
// for a page at once; what is gone keeps its id.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { LogEntry } from './entry.ts';

/** By the first word of a type: where the subjects of such lines have their names. `other` than the id, or nothing is said. */
const NAMED_IN = {
  user: 'SELECT u.id, u.user_name AS name FROM json_each(?) AS j CROSS JOIN users AS u ON u.id = j.value',
  group: 'SELECT g.id, g.display_name AS name FROM json_each(?) AS j CROSS JOIN groups AS g ON g.id = j.value',
  workspace: 'SELECT w.id, w.name FROM json_each(?) AS j CROSS JOIN workspaces AS w ON w.id = j.value',
  key: 'SELECT k.id, k.label AS name FROM json_each(?) AS j CROSS JOIN api_keys AS k ON k.id = j.value',
} as const;

type Kind = keyof typeof NAMED_IN;
const KINDS = Object.keys(NAMED_IN) as readonly Kind[];

const KEYS = `SELECT k.id, k.label, k.username AS owner FROM json_each(?) AS j CROSS JOIN api_keys AS k ON k.id = j.value`;

interface KeyRow {
  readonly id: string;
  readonly label: string;
  readonly owner: string;
}

interface NameRow {
  readonly id: string;
  readonly name: string;
}

/** The same lines with names: one call of D1, at most two rows read a line. */
export async function withNames(db: D1Database, entries: readonly LogEntry[]): Promise<Result<readonly LogEntry[]>> {
  if (entries.length === 0) return ok(entries);
  const actors = [...new Set(entries.flatMap(({ actor }) => actor ?? []))];
  const ids = (kind: Kind) => [
    ...new Set(entries.flatMap((entry) => (kindOf(entry) === kind ? subjectOf(entry) : []))),
  ];
  const read = await readBatch(db, [
    db.prepare(KEYS).bind(JSON.stringify(actors)),
    ...KINDS.map((kind) => db.prepare(NAMED_IN[kind]).bind(JSON.stringify(ids(kind)))),
  ]);
  if (read.kind === 'fault') return faultFailure(read);
  const [keyRows, ...nameRows] = read.results.map(({ results }) => results);
  const keys = new Map((keyRows as KeyRow[]).map(({ id, ...key }) => [id, key]));
  const names = new Map(
    KINDS.flatMap((kind, i) => (nameRows[i] as NameRow[]).map(({ id, name }) => [`${kind} ${id}`, name] as const)),
  );
  return ok(entries.map((entry) => named(entry, keys, names)));
}

function named(
  entry: LogEntry,
  keys: ReadonlyMap<string, { readonly label: string; readonly owner: string }>,
  names: ReadonlyMap<string, string>,
): LogEntry {
  const key = entry.actor === null ? undefined : keys.get(entry.actor);
  const by = key ? { key } : {};
  if (entry.source === 'refusal') return { ...entry, ...by };
  const name = names.get(`${kindOf(entry)} ${entry.subject}`);
  const isOther = name !== undefined && name.toLowerCase() !== entry.subject.toLowerCase();
  return { ...entry, ...by, ...(isOther ? { subjectName: name } : {}) };
}

function kindOf(entry: LogEntry): string | undefined {
  return entry.source === 'journal' ? entry.type.split('.')[0] : undefined;
}

function subjectOf(entry: LogEntry): string[] {
  return entry.source === 'journal' ? [entry.subject] : [];
}
