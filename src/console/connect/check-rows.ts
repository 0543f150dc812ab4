// From what a look has found to the four rows of the live check: waiting, seen or failed, each with a sentence, and what to change.
// Pure.
import type { RefusedLine } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { printable } from '../../printable.ts';
import { MILESTONES, type Milestone } from './check-memory.ts';
import type { DoneRow, Look, RefusedRow } from './check-query.ts';
import type { IdpName } from './guide.ts';
import type { ConnectKey } from './key-query.ts';

export interface CheckRow {
  readonly name: string;
  readonly state: 'waiting' | 'seen' | 'failed';
  readonly sentence: string;
  /** UTC milliseconds. */
  readonly at?: number;
  /** What to change there, so that it goes well. */
  readonly change?: string | undefined;
  /** Something that went wrong beside it, and proves nothing against the connection. */
  readonly remark?: Remark | undefined;
}

export interface Remark {
  readonly sentence: string;
  readonly at: number;
  readonly change?: string | undefined;
}

/** What to do so that a row is seen, in the words of one identity provider. */
interface CheckWords extends Readonly<Record<'connection' | Milestone, string>> {
  readonly name: string;
}

const ASSIGN = {
  created: 'Assign a test person to the app.',
  updated: 'Change the first or last name of that person.',
  deactivated: 'Take the assignment away again.',
} as const;

export const CHECK_WORDS: Readonly<Record<IdpName, CheckWords>> = {
  okta: { name: 'Okta', connection: 'Press Test Connector Configuration in Okta.', ...ASSIGN },
  entra: { name: 'Entra', connection: 'Press Test connection in Entra.', ...ASSIGN },
  other: {
    name: 'The client',
    connection: 'Let the client read one user, or test its connection.',
    created: 'POST a test person to /Users.',
    updated: 'PATCH or PUT the name of that person.',
    deactivated: 'Set active to false by PATCH or PUT.',
  },
};

/** A mistake in the connection, or a stranger's try, is told this long: a test that goes well with a known key leaves no trace that
 * could end it, since the last use of a key is kept to the day. */
export const RECENT_MS = 15 * 60_000;
/** A request is refused, and its key noted as used, at about the same moment. */
const SAME_REQUEST_MS = 1_000;

/** Who is to be connected, to which origin, and when it is now. */
interface About {
  readonly idp: IdpName;
  readonly origin: string;
  readonly nowMs: number;
}

/** The four rows, and a fifth where the key was refused something that is in none of them. */
export function checkRows(look: Look, about: About): readonly CheckRow[] {
  const milestones = MILESTONES.map((kind) => milestoneRow(kind, look, about));
  const { other } = look.refused;
  const others = other && isRecent(other, about) ? [{ ...OTHER, ...explained(other, look, about) }] : [];
  return [connectionRow(look, about), ...milestones, ...others];
}

const OTHER = { name: 'Something else', state: 'failed', sentence: '' } as const;

/** Whether all four have been seen, and nothing of them fails. */
export function isComplete(rows: readonly CheckRow[]): boolean {
  return rows.every(({ state }) => state === 'seen');
}

const CONNECTION = 'Connection tested';

const DEAD_KEYS: Readonly<Record<Exclude<ConnectKey['state'], 'alive'>, string>> = {
  revoked: 'This key was revoked. Choose another one, or make one under API keys.',
  expired: 'This key has expired. Make another one under API keys and enter it there.',
  owner: 'The owner of this key is no active admin any more. Make the owner an admin again, or choose another key.',
};

function connectionRow(look: Look, about: About): CheckRow {
  const { key } = look;
  const name = CONNECTION;
  if (!key) return { name, state: 'waiting', sentence: 'There is no key that could be used.' };
  if (key.state !== 'alive') return { name, state: 'failed', sentence: DEAD_KEYS[key.state] };
  const stranger = look.refused.stranger && explained(look.refused.stranger, look, about);
  const provenAt = lastProof(key, look);
  if (provenAt > 0) return provenRow(provenAt, look, about, stranger);
  if (stranger && isRecent(stranger, about)) return { name, state: 'failed', ...stranger };
  return { name, state: 'waiting', sentence: CHECK_WORDS[about.idp].connection, remark: stranger };
}

/** When the key was last seen to be right, in UTC milliseconds; 0 for never. Its last use is kept to the day, and what it did is
 * exact; a refusal that names it says that it was known. */
function lastProof({ lastUsedAt }: ConnectKey, { done, refused: { stranger: _, ...own } }: Look): number {
  return Math.max(lastUsedAt ?? 0, ...[...Object.values(done), ...Object.values(own)].map(({ at }) => at));
}

/** Of a key that was seen to be right. */
function provenRow(at: number, look: Look, about: About, stranger: Remark | undefined): CheckRow {
  const name = CONNECTION;
  const lastDone = Math.max(0, ...Object.values(look.done).map((row) => row.at));
  const { connection } = look.refused;
  if (connection && connection.at > lastDone && isRecent(connection, about)) {
    const { sentence, ...rest } = explained(connection, look, about);
    const sequel = 'The key itself was accepted. If the test is green there by now, go on.';
    return { name, state: 'failed', ...rest, sentence: `${sentence} ${sequel}` };
  }
  const remark = stranger && stranger.at > at + SAME_REQUEST_MS && isRecent(stranger, about) ? stranger : undefined;
  return { name, state: 'seen', sentence: `${CHECK_WORDS[about.idp].name} was let in with this key.`, at, remark };
}

function isRecent({ at }: { readonly at: number }, { nowMs }: About): boolean {
  return nowMs - at < RECENT_MS;
}

const NAMES: Readonly<Record<Milestone, string>> = {
  created: 'Person created',
  updated: 'Person changed',
  deactivated: 'Person deactivated',
};

const SEEN: Readonly<Record<Milestone, (name: string, row: DoneRow) => string>> = {
  created: (name, { type }) => (type === 'user.reactivated' ? `${name} came back.` : `${name} was created.`),
  updated: (name) => `${name} was changed.`,
  deactivated: (name, { type }) => (type === 'user.deleted' ? `${name} was removed.` : `${name} was deactivated.`),
};

/** The newer one of what was done and what was refused decides. */
function milestoneRow(kind: Milestone, look: Look, about: About): CheckRow {
  const name = NAMES[kind];
  const [done, refused] = [look.done[kind], look.refused[kind]];
  if (refused && refused.at > (done?.at ?? 0)) return { name, state: 'failed', ...explained(refused, look, about) };
  if (!done) return { name, state: 'waiting', sentence: CHECK_WORDS[about.idp][kind] };
  const person = printable(done.userName ?? done.subject, 80);
  return { name, state: 'seen', sentence: SEEN[kind](person, done), at: done.at };
}

/** A refusal in the words of the log, with what to change at this identity provider. */
function explained(row: RefusedRow, { key }: Look, { idp, origin }: About): Remark {
  const by = key && row.actor !== null ? { key: { label: key.label, owner: key.username } } : {};
  // What is expected instead stands in the guide beside it.
  const [detail = ''] = row.detail.split(' Expected is ');
  const entry: RefusedLine = { source: 'refusal', ...row, detail, ...by };
  const { sentence, change } = explain(entry);
  const text = idp === 'other' ? undefined : change?.[idp];
  return { sentence, at: row.at, change: text?.replaceAll('https://HOST', origin) };
}
