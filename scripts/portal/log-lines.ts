// A line of the provisioning log on a terminal: when and what in one row, then the sentence that says who, then what to change.
import { styleText } from 'node:util';
import type { LogEntry } from '../../src/log/entry.ts';
import { explain } from '../../src/log/explain.ts';
import { printable } from '../../src/printable.ts';

const INDENT = '  ';
const MOST_COLUMNS = 110;

/** The lines of one entry, ready to print. `whole`: with the key, and with all that a refused client was answered. */
export function entryLines(entry: LogEntry, columns: number, { whole = false } = {}): string[] {
  const { sentence, change } = explain(entry);
  const width = Math.min(columns, MOST_COLUMNS);
  const details = whole ? detailsOf(entry) : [];
  const changes = [
    ...(change?.okta ? [`Change in Okta: ${change.okta}`] : []),
    ...(change?.entra ? [`Change in Entra: ${change.entra}`] : []),
    ...(change?.portal ? [`Change in the portal: ${change.portal}`] : []),
  ];
  return [
    headLine(entry),
    ...wrapped(sentence, width, INDENT),
    ...details.flatMap((text) => wrapped(text, width, INDENT)),
    ...changes.flatMap((text) => wrapped(text, width, INDENT + INDENT)).map((line) => styleText('cyan', line)),
  ];
}

function headLine(entry: LogEntry): string {
  const isRefusal = entry.source === 'refusal';
  const what = isRefusal ? `refused ${entry.status} ${entry.rule}` : entry.type;
  const request = entry.requestId === null ? [] : [styleText('dim', `request ${entry.requestId}`)];
  return [styleText('dim', localTime(entry.at)), styleText(isRefusal ? 'red' : 'green', what), ...request].join('  ');
}

function detailsOf(entry: LogEntry): string[] {
  return [
    ...(entry.key ? [`Key: ${printable(entry.actor ?? '')}, owned by ${printable(entry.key.owner)}`] : []),
    ...(entry.source === 'journal' && entry.subjectName !== undefined ? [`Id: ${printable(entry.subject)}`] : []),
    ...(entry.source === 'refusal' ? [`Answer: ${printable(entry.detail, 500)}`] : []),
  ];
}

/** `2026-11-22 10:41:03.120 +01:00`: to the millisecond, in the zone of whoever reads it. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(ms + minutes * 60_000).toISOString().replace('T', ' ').slice(0, -1);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${local} ${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const longer = line === indent ? indent + word : `${line} ${word}`;
    if (longer.length > width && line !== indent) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line];
}
