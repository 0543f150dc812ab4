// The sentence of an entry, with links where it names who did it and to whom. The sentence itself comes as plain text.
import type { Child } from 'hono/jsx';
import { actorName, type LogEntry } from '../../log/entry.ts';
import { printable } from '../../printable.ts';

/** Where in the console the one is who did it; undefined where there is no such page. */
export function actorPath({ actor, key, person }: LogEntry): string | undefined {
  if (key) return `/console/${key.isClient ? 'clients' : 'keys'}/${actor}`;
  return person ? `/console/users/${person.seq}` : undefined;
}

/** By the beginning of a type: where things of that kind are listed. */
const PAGES = [
  ['workspace.', '/console/workspaces'],
  ['destruction.', '/console/destructions'],
  ['mail.', '/console/mails'],
] as const;

/** Where that is to which it happened. */
export function subjectPath(entry: LogEntry): string | undefined {
  if (entry.source === 'refusal') return undefined;
  const { type, subject, subjectSeq, subjectIsClient } = entry;
  if (subjectSeq !== undefined) return `/console/users/${subjectSeq}`;
  if (type.startsWith('key.')) return `/console/${subjectIsClient ? 'clients' : 'keys'}/${subject}`;
  if (type.startsWith('destruction.') && /^\d+$/.test(subject)) return `/console/destructions/${subject}`;
  return PAGES.find(([start]) => type.startsWith(start))?.[1];
}

interface SentenceProps {
  readonly entry: LogEntry;
  readonly sentence: string;
}

/** The sentence; the first word that is the subject's name leads to it. */
export function Sentence({ entry, sentence }: SentenceProps) {
  const who = actorName(entry);
  const by = sentence.startsWith(who) ? actorPath(entry) : undefined;
  const rest = by === undefined ? sentence : sentence.slice(who.length);
  return (
    <>
      {by === undefined ? null : <a href={by}>{who}</a>}
      {withSubject(entry, rest)}
    </>
  );
}

function withSubject(entry: LogEntry, text: string): Child {
  const path = subjectPath(entry);
  if (entry.source === 'refusal' || path === undefined) return text;
  const name = printable(entry.subjectName ?? entry.subject, 80);
  const at = wordAt(text, name);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <a href={path}>{name}</a>
      {text.slice(at + name.length)}
    </>
  );
}

/** Where a name stands by itself, or -1. */
function wordAt(text: string, name: string): number {
  const isEdge = (character: string) => character === '' || /[\s".,]/.test(character);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isEdge(text.charAt(at - 1)) && isEdge(text.charAt(at + name.length))) return at;
  }
  return -1;
}
