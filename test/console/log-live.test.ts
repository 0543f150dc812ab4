// The live view of the log: a window that was open all the time shows what a new one shows, and asking costs next to nothing.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { addDone, addRefused, idsIn, visible } from '../support/log.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { one } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeAll(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const empty = () => env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]);
beforeEach(empty);

let count = 0;
/** Rows that are like no other, so that none is shown together with another. */
const done = (more = {}) => addDone([{ type: 'user.updated', attributes: [`a${++count}`], ...more }]);
const refused = (more = {}) =>
  addRefused([{ rule: 'invalid_filter', status: 400, detail: `d${++count}`, actor: 'k', ...more }]);

/** A window with the log open, as the page's script keeps it. */
class Window {
  ids: string[] = [];
  next = '';

  static async open(query = ''): Promise<Window> {
    const window = new Window();
    const { text } = await admin.get(`/console/log${query}`);
    window.ids = idsIn(text);
    window.next = visible(/data-live="([^"]+)"/.exec(text)?.[1] ?? '');
    return window;
  }

  async look(who = admin): Promise<Page> {
    const answer = await who.get(this.next);
    this.next = answer.headers.get('live-next') ?? this.next;
    if (answer.status === 204) return answer;
    const ids = idsIn(answer.text);
    this.ids = answer.headers.get('live-place') === 'first' ? [...ids, ...this.ids] : ids;
    return answer;
  }
}

describe('a look at the log', () => {
  it('is answered with nothing at all while nothing is new', async () => {
    await done();
    const window = await Window.open();
    const answer = await window.look();
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('brings what is new and nothing else, to stand before the rest, and once', async () => {
    await done();
    const window = await Window.open();
    await done();
    await refused();
    const answer = await window.look();
    expect([answer.status, answer.headers.get('live-place')]).toEqual([200, 'first']);
    expect(answer.text).not.toContain('<html');
    expect(idsIn(answer.text)).toEqual(['journal-2', 'refusal-1']);
    expect((await window.look()).status).toBe(204);
  });

  it('brings the whole list where the page had none, and where too much is new or shown', async () => {
    const window = await Window.open();
    await done();
    expect((await window.look()).headers.get('live-place')).toBe('whole');
    await addDone(Array.from({ length: 51 }, (_, i) => ({ type: 'user.updated', subject: `s${i}` })));
    expect((await window.look()).headers.get('live-place')).toBe('whole');
    expect(window.ids).toHaveLength(50);
    for (let i = 0; i < 5; i++) {
      await addDone(Array.from({ length: 50 }, (_, j) => ({ type: 'user.updated', subject: `t${j}` })));
      expect((await window.look()).headers.get('live-place')).toBe('first');
    }
    await done();
    expect((await window.look()).headers.get('live-place')).toBe('whole');
    expect(window.ids).toHaveLength(50);
  });

  it('keeps the filter, and goes on behind what did not fit it', async () => {
    const window = await Window.open('?type=user.created&show=done');
    await done();
    await refused();
    const before = window.next;
    expect((await window.look()).status).toBe(204);
    expect(window.next).not.toBe(before);
    await done({ type: 'user.created' });
    await window.look();
    expect(window.ids).toEqual(['journal-2']);
  });

  it('sees refusals that are counted from one again', async () => {
    await refused();
    await refused();
    await done();
    const window = await Window.open();
    await env.DB.prepare('DELETE FROM refusals').run();
    await refused();
    await window.look();
    expect(window.ids).toEqual(['journal-1', 'refusal-1']);
  });

  it('without a place gets the newest page', async () => {
    await done();
    for (const query of ['', '?after=x&shown=1', '?after=1.1', '?after=1.1&shown=x', '?before=9.9&after=0.0&shown=1']) {
      expect(idsIn((await admin.get(`/console/log/live${query}`)).text)).toEqual(['journal-1']);
    }
  });

  it('does not keep the session from ending', async () => {
    const window = await Window.open();
    const seen = () => one<{ at: number }>('SELECT max(last_seen_at) AS at FROM sessions');
    const before = await seen();
    portal.sources.ms += 10 * 60_000;
    await window.look();
    expect(await seen()).toEqual(before);
    await admin.get('/console/log');
    expect(await seen()).not.toEqual(before);
  });
});

it('a window that is open all the time shows what a new one shows, whatever comes and however it is filtered', async () => {
  const row = fc.record({
    isRefusal: fc.boolean(),
    actor: fc.constantFrom('k', 'cli'),
    type: fc.constantFrom('user.created', 'user.updated'),
  });
  const steps = fc.array(fc.array(row, { maxLength: 3 }), { minLength: 1, maxLength: 4 });
  const query = fc.constantFrom('', '?show=refused', '?show=done', '?key=cli', '?type=user.created', '?time=1h');
  await fc.assert(
    fc.asyncProperty(steps, query, async ([first = [], ...others], asked) => {
      await empty();
      const write = async (rows: typeof first) => {
        for (const { isRefusal, actor, type } of rows) {
          const at = portal.sources.ms;
          await (isRefusal ? refused({ actor, at }) : done({ actor, type, at }));
          portal.sources.ms += 10;
        }
      };
      await write(first);
      const window = await Window.open(asked);
      for (const rows of others) {
        await write(rows);
        await window.look();
      }
      expect(window.ids).toEqual((await Window.open(asked)).ids);
    }),
    { numRuns: 25 },
  );
});

describe('of a journal of 100,000 rows', () => {
  const ROWS = 100_000;
  async function fill(): Promise<void> {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
       INSERT INTO journal (seq, mutation_id, type, subject, actor, attributes, at)
       SELECT i, 'm' || i, 'user.updated', 'person' || (i % 1000) || '@acme.example', ?, '["a' || i || '"]', ?2 + i * 20000 FROM n`,
    )
      .bind(portal.keyId, portal.sources.ms - ROWS * 20_000)
      .run();
    await env.DB.prepare(
      `INSERT INTO refusals (at, actor, method, route, status, rule, detail)
       SELECT ?, ?, 'GET', '/Users', 400, 'invalid_filter', 'd' || value FROM json_each(?)`,
    )
      .bind(portal.sources.ms, portal.keyId, JSON.stringify(Array.from({ length: 1_000 }, (_, i) => i)))
      .run();
  }

  async function costOf(work: (visitor: Visitor) => Promise<unknown>) {
    const { db, cost } = countedDb(env.DB);
    const visitor = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
    await work(visitor);
    return cost;
  }

  it('pages, filters and looks stay within their bounds', async () => {
    await fill();
    const costs: Record<string, { calls: number; rowsRead: number }> = {};
    const pages = {
      newest: '',
      'page 200': '?before=90000.1000',
      refused: '?show=refused',
      'last hour': '?time=1h',
      'last 7 days': '?time=7d',
      'frequent user': '?user=person7@acme.example',
      'no such user': '?user=nobody',
      request: '?request=aa',
    };
    for (const [name, query] of Object.entries(pages)) {
      costs[name] = await costOf((visitor) => visitor.get(`/console/log${query}`));
      const window = await Window.open(query);
      if (window.next !== '') costs[`${name}, live`] = await costOf((visitor) => window.look(visitor));
    }
    costs['file'] = await costOf((visitor) => visitor.get('/console/log.csv'));
    for (const [name, { calls, rowsRead }] of Object.entries(costs)) {
      console.log(`log, ${name}: ${calls} calls, ${rowsRead} rows read`);
      expect(calls, name).toBeLessThanOrEqual(name.endsWith('live') ? 1 : 2);
      expect(rowsRead, name).toBeLessThanOrEqual(LIMITS[name] ?? (name.endsWith('live') ? 15 : 51_500));
    }
  });

  const LIMITS: Readonly<Record<string, number>> = {
    newest: 350,
    'page 200': 350,
    refused: 350,
    'last hour': 1_500,
    file: 6_000,
  };
});
