// Everything a command prints goes through here: names and labels come from identity providers, and none of them may clear the
// screen, add a line, or turn the direction of what stands around it.
import Table from 'cli-table3';
import { oneLine, printable } from '../../src/printable.ts';
import { ScriptError } from '../platform.ts';

/** More than any cell of ours needs, and less than what would push the others off the screen. */
const CELL_CHARACTERS = 500;

/** What stands in a cell: one line, or the lines of a list. */
export type Cell = string | number | readonly (string | number)[];

interface TableLook {
  readonly head?: readonly string[];
  /** Columns of text that wraps, as wide as here, by their number from 0. */
  readonly widths?: Readonly<Record<number, number>>;
}

/** A table, ready to print: see `printTable`. A line break inside of a name is a space. */
export function tableText(rows: readonly (readonly Cell[])[], { head, widths }: TableLook = {}): string {
  const columns = head?.length ?? rows[0]?.length ?? 0;
  const table = new Table({
    ...(head && { head: [...head] }),
    ...(widths && {
      colWidths: Array.from({ length: columns }, (_, column) => widths[column] ?? null),
      wordWrap: true,
    }),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map(cellText));
  return table.toString();
}

function cellText(cell: Cell): string {
  const lines = typeof cell === 'object' ? cell : [cell];
  return lines.map((line) => printable(String(line), CELL_CHARACTERS)).join('\n');
}

/** Prints a table. */
export function printTable(rows: readonly (readonly Cell[])[], look?: TableLook): void {
  console.log(tableText(rows, look));
}

/** Prints sentences, each on a line of its own whatever they quote. */
export function print(...sentences: readonly string[]): void {
  for (const sentence of sentences) console.log(oneLine(sentence));
}

/** Prints a text of many lines that are our own. */
export function printText(text: string): void {
  print(...text.split('\n'));
}

/** Runs a command; what a person has to read is printed without a stack, and ends the process with 1. */
export async function sayingFailures(command: () => Promise<unknown>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    for (const line of error.message.split('\n')) console.error(oneLine(line));
    process.exitCode = 1;
  }
}

/** Prints a value as one line of JSON that shows nothing but its characters: what a terminal would obey is escaped. */
export function printJson(value: unknown): void {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  console.log(
    JSON.stringify(value).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => c.split('').map(escaped).join('')),
  );
}
