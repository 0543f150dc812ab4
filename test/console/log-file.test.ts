// The log from page to page, and as a file: nothing is missing, nothing twice, and no cell is a formula.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { addDone, addRefused, idsIn, visible } from '../support/log.ts';
import { freshPortal, START_MS } from '../support/portal.ts';

let admin: Visitor;
beforeAll(async () => {
  admin = await signedIn((await freshPortal()).sources);
});

beforeEach(() => env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]));

let count = 0;
const add = async (rows: number) => {
  for (let i = 0; i < rows; i++) {
    const at = START_MS + ++count;
    if (count % 3 === 0) await addRefused([{ rule: 'invalid_filter', status: 400, detail: `d${count}`, at }]);
    else await addDone([{ type: 'user.updated', attributes: [`a${count}`], at }]);
  }
};

it('page by page every entry comes once, whatever happens meanwhile, and the way back leads to the beginning', async () => {
  await add(120);
  const all: string[] = [];
  for (let path: string | undefined = '/console/log'; path !== undefined; ) {
    const { text, status }: { text: string; status: number } = await admin.get(path);
    expect(status).toBe(200);
    all.push(...idsIn(text));
    if (path !== '/console/log') expect(text).toContain('<a href="/console/log">Back to the beginning</a>');
    path = /<a href="([^"]+)" rel="next"/.exec(text)?.[1];
    if (path !== undefined) path = visible(path);
    await add(2);
  }
  expect(all).toHaveLength(120);
  expect(new Set(all).size).toBe(120);
});

/** Cells of a file, read as a spreadsheet does. */
function cellsOf(text: string): string[][] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')));
}

it('the file has a row an entry, of the same filter, each with what to change', async () => {
  await addDone([{ type: 'user.created', subject: 'jane.example@acme.example', requestId: 'r1' }]);
  await addRefused([{ rule: 'user_name_in_use', status: 409, requestId: 'r2' }]);
  const { text, headers } = await admin.get('/console/log.csv');
  expect(headers.get('content-disposition')).toBe('attachment; filename="log-2026-01-15.csv"');
  const [head = [], ...rows] = cellsOf(text);
  const column = (name: string) => rows.map((cells) => cells[head.indexOf(name)]);
  expect(new Set([head, ...rows].map((cells) => cells.length))).toEqual(new Set([15]));
  expect(column('Outcome')).toEqual(['done', 'refused']);
  expect(column('Sentence')[0]).toBe('The command line created the user jane.example@acme.example.');
  expect(column('Request id')).toEqual(['r1', 'r2']);
  expect(column('Route')).toEqual(['', 'POST /Users']);
  expect(column('In Okta')[1]).toContain('Dashboard > Tasks: press Retry');
  expect(cellsOf((await admin.get('/console/log.csv?show=refused')).text)).toHaveLength(2);
});

it('no cell of the file is a formula, and none ends its row or its column', async () => {
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\n@x', 'a","=1', 'a\r\n=1', '\u202e=1'];
  await addDone(evil.map((text) => ({ type: 'user.updated', subject: text, actor: text, attributes: [text] })));
  await addRefused(
    evil.map((text) => ({ rule: 'invalid_filter', status: 400, detail: text, route: text, method: text })),
  );
  const rows = cellsOf((await admin.get('/console/log.csv')).text);
  expect(rows).toHaveLength(1 + 2 * evil.length);
  for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@]/u);
  for (const cells of rows) expect(cells).toHaveLength(15);
});

it('the file stops at 1,000 entries, the newest', async () => {
  await addDone(Array.from({ length: 1_005 }, (_, i) => ({ type: 'user.updated', subject: `u${i}` })));
  const rows = cellsOf((await admin.get('/console/log.csv')).text);
  expect(rows).toHaveLength(1_001);
  expect(rows[1]?.join()).toContain('u1004');
});
