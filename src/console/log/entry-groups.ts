// Entries that say the same, one after the other, are one entry that happened several times: an identity provider repeats itself.
// Pure.
import type { LogEntry } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import type { Explanation } from '../../log/explanation.ts';

/** Neighbours that say the same, newest first; `newest` is the first of them. */
export interface EntryGroup {
  readonly newest: LogEntry;
  readonly all: readonly LogEntry[];
  readonly explanation: Explanation;
}

/** The entries of a page in groups, in the same order. */
export function groupEntries(entries: readonly LogEntry[]): readonly EntryGroup[] {
  const groups: (EntryGroup & { readonly all: LogEntry[] })[] = [];
  for (const entry of entries) {
    const explanation = explain(entry);
    const last = groups.at(-1);
    if (last && isSame(last, entry, explanation)) last.all.push(entry);
    else groups.push({ newest: entry, all: [entry], explanation });
  }
  return groups;
}

function isSame({ newest, explanation }: EntryGroup, entry: LogEntry, { sentence }: Explanation): boolean {
  return sentence === explanation.sentence && identityOf(newest) === identityOf(entry);
}

/** What sentences may leave out. */
function identityOf(entry: LogEntry): string {
  const what =
    entry.source === 'refusal'
      ? [entry.rule, entry.status, entry.method, entry.route, entry.detail]
      : [entry.type, entry.rule, entry.subject, ...entry.attributes];
  return JSON.stringify([entry.source, entry.actor, ...what]);
}
