// What people call the keys, users, groups and workspaces that lines of the log name by their ids. As they are called now, and
// for a page at once; what is gone keeps its id.
import { ok, type Result } from '../failure.ts';
import { readActor } from '../storage/actor.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { DoneLine, LogEntry, NamedUser } from './entry.ts';

/** By the first word of a type: where the subjects of such lines have their names. `other` than the id, or nothing is said. */
const NAMED_IN = {
  user: 'SELECT u.id, u.seq, u.user_name AS name FROM json_each(?) AS j CROSS JOIN users AS u ON u.id = j.value',
  group: 'SELECT g.id, g.display_name AS name FROM json_each(?) AS j CROSS JOIN groups AS g ON g.id = j.value',
  workspace: 'SELECT w.id, w.name FROM json_each(?) AS j CROSS JOIN workspaces AS w ON w.id = j.value',
  key: `SELECT k.id, k.label AS name, k.username AS owner, k.purpose = 'oauth' AS isClient
    FROM json_each(?) AS j CROSS JOIN api_keys AS k ON k.id = j.value`,
} as const;

type Kind = keyof typeof NAMED_IN;
const KINDS = Object.keys(NAMED_IN) as readonly Kind[];

interface NameRow {
  readonly id: string;
  readonly name: string;
  /** Of a user. */
  readonly seq?: number;
  /** Of a key: the SCIM API Username, and 1 for a client of OAuth. */
  readonly owner?: string;
  readonly isClient?: 0 | 1;
}

type Names = Readonly<Record<Kind, ReadonlyMap<string, NameRow>>>;

/** The same lines with names: one call of D1, at most four rows read a line. */
export async function withNames(db: D1Database, entries: readonly LogEntry[]): Promise<Result<readonly LogEntry[]>> {
  if (entries.length === 0) return ok(entries);
  const wanted = new Map(KINDS.map((kind) => [kind, new Set(entries.flatMap((entry) => idsOf(entry, kind)))]));
  const read = await readBatch(
    db,
    KINDS.map((kind) => db.prepare(NAMED_IN[kind]).bind(JSON.stringify([...(wanted.get(kind) ?? [])]))),
  );
  if (read.kind === 'fault') return faultFailure(read);
  const rows = (kind: Kind) => (read.results[KINDS.indexOf(kind)]?.results ?? []) as unknown as NameRow[];
  const byId = (kind: Kind) => new Map(rows(kind).map((row) => [row.id, row]));
  const names = { user: byId('user'), group: byId('group'), workspace: byId('workspace'), key: byId('key') };
  return ok(entries.map((entry) => named(entry, names)));
}

/** What of a kind a line names, as its subject or as its actor. */
function idsOf(entry: LogEntry, kind: Kind): string[] {
  const subject = entry.source === 'journal' && kindsOf(entry).includes(kind) ? [entry.subject] : [];
  if (entry.actor === null || (kind !== 'key' && kind !== 'user')) return subject;
  const { id, actingFor, isPerson } = readActor(entry.actor);
  if (kind === 'key') return isPerson ? subject : [...subject, id];
  return [...subject, id, ...(actingFor === undefined ? [] : [actingFor])];
}

function named(entry: LogEntry, names: Names): LogEntry {
  const by = authorOf(entry, names);
  if (entry.source === 'refusal') return { ...entry, ...by };
  const row = kindsOf(entry).flatMap((kind) => names[kind].get(entry.subject) ?? [])[0];
  const isOther = row !== undefined && row.name.toLowerCase() !== entry.subject.toLowerCase();
  return {
    ...entry,
    ...by,
    ...(isOther ? { subjectName: row.name } : {}),
    ...(row?.seq === undefined ? {} : { subjectSeq: row.seq }),
    ...(row?.isClient === 1 ? { subjectIsClient: true } : {}),
  };
}

const WORDS: readonly string[] = ['cli', 'cron', 'demo', 'sso'];

function authorOf({ actor }: LogEntry, names: Names): Pick<LogEntry, 'key' | 'person' | 'actingFor'> {
  if (actor === null) return {};
  const { id, actingFor, isPerson } = readActor(actor);
  const key = isPerson ? undefined : names.key.get(id);
  if (key) {
    const client = key.isClient === 1 ? { isClient: true } : {};
    return { key: { label: key.name, owner: key.owner ?? '', ...client } };
  }
  if (!isPerson && WORDS.includes(id)) return {};
  const [person, account] = [userOf(names, id), actingFor === undefined ? undefined : userOf(names, actingFor)];
  return { ...(person ? { person } : {}), ...(account ? { actingFor: account } : {}) };
}

function userOf({ user }: Names, id: string): NamedUser | undefined {
  const row = user.get(id);
  return row?.seq === undefined ? undefined : { seq: row.seq, userName: row.name };
}

/** What the subject of a type can be, where that is not the first word of it. */
const OTHER_KINDS: Readonly<Record<string, readonly Kind[]>> = {
  impersonation: ['user'],
  destruction: ['user', 'workspace'],
};

function kindsOf({ type, subject }: DoneLine): readonly Kind[] {
  const word = type.split('.')[0] ?? '';
  // Of a destruction, it may also be the number of a row of the ledger.
  if (word === 'destruction' && /^(\d+|all)$/.test(subject)) return [];
  return OTHER_KINDS[word] ?? KINDS.filter((kind) => kind === word);
}
