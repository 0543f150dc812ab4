// A mail as plain text, for readers that show no HTML: 76 columns, as mails have always been.
import type { Mail } from './mail.ts';

const COLUMNS = 76;

/** The text part. */
export function mailText({ title, summary, facts, advice, reason }: Mail): string {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  return [
    wrap(title),
    '='.repeat(Math.min(title.length, COLUMNS)),
    '',
    wrap(summary),
    '',
    ...facts.map(([name, value]) => wrap(value, `${name}:`.padEnd(width), ' '.repeat(width))),
    '',
    'What to do',
    '',
    ...advice.flatMap(({ say, run }, i) => [
      wrap(say, `${i + 1}. `, '   '),
      ...(run === undefined ? [] : [`   ${run}`]),
    ]),
    '',
    '-- ',
    wrap(reason),
    '',
  ].join('\n');
}

/** Lines of at most 76 columns: the first begins with `first`, the others with `others`. A longer word keeps its line. */
function wrap(text: string, first = '', others = ''): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = others;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}
