// A line of the provisioning log: something that the portal did, or something that it refused. Values of clients may stand in
// it, so whatever shows one goes through `printable`.
import type { RefusalCode } from '../failure.ts';
import { printable } from '../printable.ts';
import { personWords, readActor } from '../storage/actor.ts';
import type { JournalRule, JournalType } from '../storage/journal.ts';

/** A user as people know them. */
export interface NamedUser {
  readonly seq: number;
  readonly userName: string;
}

/** A key as people know it: its label, and the userName of who owns it. */
export interface NamedKey {
  readonly label: string;
  readonly owner: string;
  /** Of OAuth. */
  readonly isClient?: boolean;
}

interface Line {
  readonly seq: number;
  /** UTC milliseconds. */
  readonly at: number;
  /** The X-Request-Id that the client was given; null for what no request did. */
  readonly requestId: string | null;
  /** As in storage/actor.ts: a key, a user, `cli`, `cron`; null for a caller without a genuine key. */
  readonly actor: string | null;
  readonly key?: NamedKey;
  /** Where the actor is a person, and where that person acted for a service account: who they are. */
  readonly person?: NamedUser;
  readonly actingFor?: NamedUser;
}

/** A row of the journal. */
export interface DoneLine extends Line {
  readonly source: 'journal';
  readonly mutationId: string;
  readonly type: JournalType;
  /** The id of what it happened to. */
  readonly subject: string;
  /** What a person calls that, where it has a name beside the id: a group, a workspace, a user whose id is opaque. */
  readonly subjectName?: string;
  /** Where that is a user who is still known: the key of the row. */
  readonly subjectSeq?: number;
  /** Where that is a client of OAuth. */
  readonly subjectIsClient?: true;
  readonly rule: JournalRule | null;
  readonly attributes: readonly string[];
}

/** A row of the refusals. */
export interface RefusedLine extends Line {
  readonly source: 'refusal';
  readonly method: string;
  /** The route's pattern, such as `/Users/:id`. */
  readonly route: string;
  readonly status: number;
  readonly rule: RefusalCode;
  /** The sentence that the client was answered with. */
  readonly detail: string;
}

export type LogEntry = DoneLine | RefusedLine;

type Actors = 'actor' | 'key' | 'person' | 'actingFor';

/** Who did it, at the beginning of a sentence. */
export function actorName({ actor, key, person, actingFor }: Pick<LogEntry, Actors>): string {
  if (key) return `The ${key.isClient ? 'OAuth client' : 'key'} "${printable(key.label, 40)}"`;
  switch (actor) {
    case null:
      return 'A caller without a valid key';
    case 'cli':
      return 'The command line';
    case 'cron':
      return 'The portal';
    case 'sso':
      return 'Single sign-on';
    case 'demo':
      return 'The demo';
    default: {
      const { id, actingFor: accountId } = readActor(actor);
      const account = actingFor?.userName ?? accountId;
      if (account === undefined) return printable(person?.userName ?? id, 60);
      return personWords(printable(person?.userName ?? id, 45), printable(account, 45));
    }
  }
}
