// A line of the provisioning log: something that the portal did, or something that it refused. Values of clients may stand in
// it, so whatever shows one goes through `printable`.
import type { RefusalCode } from '../failure.ts';
import { printable } from '../printable.ts';
import type { JournalRule, JournalType } from '../storage/journal.ts';

interface Line {
  readonly seq: number;
  /** UTC milliseconds. */
  readonly at: number;
  /** The X-Request-Id that the client was given; null for what no request did. */
  readonly requestId: string | null;
  /** The id of a key or of a user, `cli`, `cron`; null for a caller without a genuine key. */
  readonly actor: string | null;
  /** Where the actor is a key: its label, and the userName of who owns it. */
  readonly key?: { readonly label: string; readonly owner: string };
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

/** Who did it, at the beginning of a sentence. */
export function actorName({ actor, key }: Pick<LogEntry, 'actor' | 'key'>): string {
  if (key) return `The key "${printable(key.label, 40)}"`;
  switch (actor) {
    case null:
      return 'A caller without a valid key';
    case 'cli':
      return 'The command line';
    case 'cron':
      return 'The portal';
    case 'demo':
      return 'The demo';
    default:
      return printable(actor, 60);
  }
}
