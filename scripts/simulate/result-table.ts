// The report as a person reads it: one row a step, then every failure with what the admin would see and why, then one
// line with the count. Pure text; whether it is coloured is decided by node's `styleText` (terminal, NO_COLOR).
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Report, Row } from './runner.ts';
import type { Exchange } from './step.ts';

const colours = { ok: 'green', FAIL: 'red', skipped: 'yellow' } as const;

export function renderTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['step', 'request', 'verdict', 'status', 'time ms'],
    colAligns: ['left', 'left', 'left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const exchanges = row.outcome?.exchanges ?? [];
    table.push([
      row.step.title,
      countAlike(exchanges.map((exchange) => exchange.request)).join('\n'),
      styleText(colours[row.verdict], row.verdict),
      countAlike(exchanges.map((exchange) => String(exchange.status))).join('\n'),
      row.outcome?.many ? percentiles(exchanges) : sum(exchanges),
    ]);
  }
  return table.toString();
}

/** One paragraph for every failed step, empty when there is none. */
export function renderFailures(label: string, rows: readonly Row[]): string {
  return rows
    .filter((row) => row.verdict === 'FAIL')
    .map((row) =>
      [
        styleText('red', `FAIL ${row.step.title}: ${row.problem ?? 'unknown'}`),
        `     What ${label}'s admin would see: ${row.step.adminSees}.`,
      ].join('\n'),
    )
    .join('\n');
}

export function renderSummary(name: string, { rows, leftOver }: Report): string {
  const count = (verdict: Row['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  const others = [`${count('FAIL')} failed`, `${count('skipped')} skipped`];
  const lines = [
    `${name}: ${count('ok')} of ${rows.length} steps green${isGreen(rows) ? '' : `, ${others.join(', ')}`}`,
  ];
  if (leftOver.length > 0) {
    lines.unshift(`Not tidied up, ${leftOver.length} in all: ${leftOver.slice(0, 3).join(', ')}`);
  }
  return lines.join('\n');
}

export function isGreen(rows: readonly Row[]): boolean {
  return rows.every((row) => row.verdict === 'ok');
}

/** `['a', 'a', 'b']` becomes `['2 x a', 'b']`. */
function countAlike(labels: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => (count === 1 ? label : `${count} x ${label}`));
}

function sum(exchanges: readonly Exchange[]): string {
  if (exchanges.length === 0) return '';
  return exchanges.reduce((total, exchange) => total + exchange.ms, 0).toFixed(0);
}

function percentiles(exchanges: readonly Exchange[]): string {
  if (exchanges.length === 0) return '';
  const times = exchanges.map((exchange) => exchange.ms).sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(0);
  return `p50 ${at(0.5)}\np99 ${at(0.99)}`;
}
