// The log as a file for spreadsheets. Names and sentences come from outside: no cell of them is read as a formula.
import { actorName, type LogEntry } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { withNames } from '../../log/names.ts';
import { logPage } from '../../log/provisioning-log.ts';
import { wordsOf } from '../../log/words.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { securityHeaders, seeOther } from '../page/answer.ts';
import { broken } from '../page/refusal.tsx';
import { addressOf } from './choice.ts';
import { askedOf, FILE_ENTRIES } from './log-page-query.ts';

const HEAD = [
  'Time (UTC)',
  'Outcome',
  'What',
  'Sentence',
  'By',
  'Key or user id',
  'Subject',
  'Attributes',
  'Rule',
  'Status',
  'Route',
  'Request id',
  'In Okta',
  'In Entra',
  'In the portal',
] as const;

/** GET: the newest entries of a filter as CSV. An address that cannot be understood leads to the page, which says why. */
export async function sendLogFile(screen: SignedIn): Promise<Answer> {
  const { choice, question } = askedOf(screen);
  if (!question) return { response: seeOther(screen, addressOf(choice)) };
  const { entries } = logPage({ ...question, limit: FILE_ENTRIES }, screen.results);
  const named = await withNames(screen.env.DB, entries);
  if (!named.ok) return broken(screen, screen.url.pathname, named.failure);
  const lines = [HEAD, ...named.value.map(cellsOf)].map((cells) => cells.map(cellText).join(','));
  const day = new Date(screen.nowMs).toISOString().slice(0, 10);
  return {
    // The mark at the front lets spreadsheets read the rest as UTF-8.
    response: new Response(`\uFEFF${lines.join('\r\n')}\r\n`, {
      headers: {
        ...securityHeaders(screen.url),
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="log-${day}.csv"`,
      },
    }),
  };
}

function cellsOf(entry: LogEntry): readonly string[] {
  const { sentence, change } = explain(entry);
  const isRefusal = entry.source === 'refusal';
  return [
    new Date(entry.at).toISOString(),
    isRefusal ? 'refused' : 'done',
    wordsOf(isRefusal ? entry.rule : entry.type),
    sentence,
    actorName(entry),
    entry.actor ?? '',
    ...(isRefusal ? ['', ''] : [entry.subjectName ?? entry.subject, entry.attributes.join(' ')]),
    entry.rule ?? '',
    ...(isRefusal ? [String(entry.status), `${entry.method} ${entry.route}`] : ['', '']),
    entry.requestId ?? '',
    ...[change?.okta, change?.entra, change?.portal].map((text) => text ?? ''),
  ];
}

/** One cell: quoted, on one line, and with a quote in front of what a spreadsheet would calculate. */
function cellText(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  const harmless = /^\s*[=+\-@]/.test(line) ? `'${line}` : line;
  return `"${harmless.replaceAll('"', '""')}"`;
}
