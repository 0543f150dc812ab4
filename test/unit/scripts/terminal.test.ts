// What the commands print: names come from identity providers, and a terminal obeys what is printed on it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptError } from '../../../scripts/platform.ts';
import { print, printJson, printText, sayingFailures, tableText } from '../../../scripts/portal/terminal.ts';
import { must } from '../../../scripts/portal/with-portal.ts';
import { fail } from '../../../src/failure.ts';

/** Colours, clears the screen twice, rings, goes back to the start of the line and to a new one, turns the direction. */
const HOSTILE = 'jane\u001b[31m\u001b]0;x\u0007\u009b2J\rroot\nof\u2028all\u202e\u200f';
/** What a terminal would obey. */
const OBEYED = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

let printed: string[] = [];

beforeEach(() => {
  printed = [];
  const keep = (line: string) => void printed.push(line);
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
});

afterEach(() => vi.restoreAllMocks());

describe('a table', () => {
  it('has a name on one line, with nothing in it that a terminal obeys', () => {
    const text = tableText([[HOSTILE, 7]], { head: ['user', 'files'] });
    expect(text).not.toMatch(OBEYED);
    expect(text).toContain('│ jane [31m ]0;x 2J root of all │ 7 ');
    expect(text.split('\n')).toHaveLength(tableText([['jane', 7]], { head: ['user', 'files'] }).split('\n').length);
  });

  it('keeps the lines of a cell that has several, each cleaned', () => {
    const text = tableText([[['first', `second ${HOSTILE}`], 1]]);
    expect(text).not.toMatch(OBEYED);
    expect(text).toMatch(/│ first +│ 1 │\n│ second jane .* root of all │ {3}│/);
  });

  it('cuts what would push the other columns away', () => {
    expect(tableText([['x'.repeat(5_000), 1]]).split('\n')[1]).toHaveLength(508);
  });

  it('wraps a wide column', () => {
    const lines = tableText([[1, 'word '.repeat(40)]], { widths: { 1: 30 } }).split('\n');
    expect(lines.length).toBeGreaterThan(6);
    expect(Math.max(...lines.map((line) => line.length))).toBe(36);
  });
});

describe('a sentence', () => {
  it('stays one line, with its own spaces', () => {
    print(`  ${HOSTILE}  is held.`);
    expect(printed).toEqual(['  jane [31m ]0;x 2J root of all   is held.']);
  });

  it('of a text has its own line, without anything that a terminal obeys', () => {
    printText('Hello\n\n  jane\u001b[2J.');
    expect(printed).toEqual(['Hello', '', '  jane [2J.']);
  });

  it('of a failure quotes a name on its own line', async () => {
    await sayingFailures(async () => must(fail('invalid_value', `There is no user ${HOSTILE}.`)));
    expect(printed).toEqual(['There is no user jane [31m ]0;x 2J root of all .']);
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
  });

  it('of a failure that the project made of lines keeps them', async () => {
    await sayingFailures(() => Promise.reject(new ScriptError('Not applied:\n\u001b[31mno such table')));
    expect(printed).toEqual(['Not applied:', ' [31mno such table']);
    process.exitCode = undefined;
  });

  it('is not made of a bug', async () => {
    await expect(sayingFailures(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});

it('JSON says the same value with every such character escaped', () => {
  const value = { name: HOSTILE, hidden: '\u{e0041}\u200b\ufeff', plain: 'Jürgen 🙂' };
  printJson(value);
  expect(printed.join('')).not.toMatch(OBEYED);
  expect(printed.join('')).toContain('Jürgen 🙂');
  expect(JSON.parse(printed.join(''))).toEqual(value);
});
