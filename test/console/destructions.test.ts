// Destruction in the console: what is to come, what is held, what is done; holds and their ends to the end, after the cron; and
// what looking costs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCron } from '../../src/lifecycle/cron.ts';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { addContent, DAY_MS, objectKeys, rowsOf } from '../support/lifecycle.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { patchOf, userPath } from '../support/scim.ts';
import { addNamed, addPerson, archive, emptyBucket, textOf } from '../support/workspaces.ts';

const CHANGE = '/console/destructions/change';
const JANE = 'jane.example@acme.example';

let portal: Portal;
let admin: Visitor;
let jane: number;
beforeEach(async () => {
  await emptyBucket();
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  jane = await addPerson(JANE);
});

const now = () => portal.sources.ms;
const text = async (path: string) => textOf((await admin.get(path)).text);
const list = (query: string) => text(`/console/destructions?${query}`);
const post = (fields: Readonly<Record<string, string | readonly string[]>>) => admin.post(CHANGE, { fields });
const ledger = () => rowsOf<{ state: string }>('SELECT state, held_by FROM destructions ORDER BY seq');
const states = async () => (await ledger()).map(({ state }) => state);
const numbers = (html: string) => [
  ...new Set([...html.matchAll(/href="\/console\/destructions\/(\d+)"/g)].map(([, seq]) => Number(seq))),
];

/** Archived workspaces with a file each; the number of their row. */
async function doomed(count: number, dueInDays: number, options: object = {}, owner = jane): Promise<number> {
  const ids = await addNamed(owner, count, `Room ${dueInDays < 0 ? 'x' : ''}${dueInDays}`);
  for (const workspaceId of ids) await addContent({ table: 'files', ownerSeq: owner, workspaceId, count: 1 });
  return archive(ids, owner, now(), { dueInDays, ...options });
}

async function aMonthLater(): Promise<void> {
  portal.sources.ms += 31 * DAY_MS;
  for (let run = 0; run < 2; run++) await runCron(portal.env, portal.sources);
  admin = await signedIn(portal.sources);
}

async function unchangedBy(work: () => Promise<Page>): Promise<Page> {
  const before = await dump();
  const page = await work();
  expect(await dump()).toEqual(before);
  return page;
}

describe('the list', () => {
  it('of an empty ledger says what will be there', async () => {
    expect(await list('')).toContain('Nothing waits to be deleted');
    expect(await list('show=held')).toContain('Nothing is on hold');
    expect(await list('show=done')).toContain('Nothing was deleted yet');
  });

  it('tells what comes, the next first, and what goes within a day', async () => {
    const later = await doomed(1, 20);
    const tomorrow = await doomed(2, 0.5);
    const soon = await doomed(1, 2.5);
    const { text: html } = await admin.get('/console/destructions');
    expect(numbers(html)).toEqual([tomorrow, soon, later]);
    const said = textOf(html);
    expect(said).toContain('Within 24 hours 20 bytes 2 objects: 2 workspaces');
    expect(said).toContain('Within 30 days 3 deletions wait');
    expect(html).toMatch(/<span class="tag act"><time [^>]+>12 hours left<\/time>/);
    expect(html).toMatch(/<span class="tag soon"><time [^>]+>3 days left<\/time>/);
    expect(said).toContain('20 days left');
  });

  it('tells who holds what', async () => {
    await doomed(1, 3, { state: 'held', heldBy: 'admin' });
    await doomed(1, 4, { state: 'held' });
    const said = await list('show=held');
    expect(said).toContain('Legal hold due in 3 days');
    expect(said).toContain('Held by the brake due in 4 days');
  });

  it('narrows to one person, by number or as typed', async () => {
    const john = await addPerson('john.example@acme.example');
    const seq = await doomed(1, 3);
    await doomed(1, 4, {}, john);
    for (const who of [`user=${jane}`, `of=${JANE.toUpperCase()}`]) {
      expect(numbers((await admin.get(`/console/destructions?${who}`)).text)).toEqual([seq]);
    }
    expect(await list('of=nobody')).toContain('There is no user nobody');
    expect(await list(`show=done&user=${jane}`)).toContain(`Nothing of ${JANE}`);
  });

  it('lists every row exactly once, page by page, in every view', async () => {
    const many = (state: string, count: number) =>
      env.DB.prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state, done_at)
         SELECT 'user_content', 1 + value % 3, 1, 'c', 1, ?1 + value % 7, ?2, iif(?2 = 'done', 1, NULL) FROM json_each(?3)`,
      ).bind(now(), state, JSON.stringify(Array.from({ length: count }, (_, i) => i)));
    await env.DB.batch([
      many('pending', 120),
      many('held', 110),
      many('done', 130),
      many('cancelled', 1_500),
      many('done', 20),
    ]);
    for (const [view, count] of [
      ['coming', 120],
      ['held', 110],
      ['done', 150],
    ] as const) {
      const seen: number[] = [];
      for (let path: string | undefined = `/console/destructions?show=${view}`; path !== undefined; ) {
        const { text: html } = await admin.get(path);
        seen.push(...numbers(html));
        path = /<a href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
      }
      expect([view, seen.length, new Set(seen).size]).toEqual([view, count, count]);
    }
  });
});

describe('one destruction', () => {
  it('by an identity provider tells the request and the key, before and as a receipt afterwards', async () => {
    await addContent({ table: 'files', ownerSeq: jane, count: 3 });
    const [id = ''] = await addNamed(jane, 1);
    await addContent({ table: 'files', ownerSeq: jane, workspaceId: id, count: 2 });
    const off = await portal.send('PATCH', userPath(JANE), patchOf({ op: 'replace', path: 'active', value: false }));
    const request = off.headers.get('x-request-id') ?? '';
    expect(request).not.toBe('');
    const waiting = await admin.get('/console/destructions/2');
    expect(textOf(waiting.text)).toContain(`1 workspace of ${JANE}`);
    expect(waiting.text).toContain(`/console/log?request=${request}`);
    expect(textOf(waiting.text)).toContain('There now 2 objects, 20 bytes');
    await aMonthLater();
    const receipt = await text('/console/destructions/2');
    for (const told of [
      'Gone for good. This is the receipt.',
      'Key “test” of scim-admin@acme.example',
      request,
      'How much 2 objects, 20 bytes',
      'Plan 1 deleted',
    ]) {
      expect(receipt).toContain(told);
    }
    expect(await list('show=done')).toContain('Files and messages');
  });

  it('that there is none of is a 404 with a way back', async () => {
    for (const seq of ['99', '0', 'x', '1e9']) {
      const page = await admin.get(`/console/destructions/${seq}`);
      expect([page.status, page.text.includes('/console/destructions"')]).toEqual([404, true]);
    }
  });
});

describe('a legal hold', () => {
  it('keeps what it is put on past its date, and nothing else', async () => {
    const [kept, gone] = [await doomed(1, 5), await doomed(1, 6)];
    expect(await text(`${CHANGE}?do=hold&d=${kept}`)).toContain(
      'Nothing of 1 destruction is deleted, past the date too, until you release it.',
    );
    const done = await post({ do: 'hold', d: String(kept) });
    expect(done.location).toBe(`/console/destructions/${kept}?done=hold&n=1&overdue=0&rest=0`);
    await aMonthLater();
    expect(await states()).toEqual(['held', 'done']);
    expect((await objectKeys('workspace/')).length).toBe(1);
    expect(await text(`/console/destructions/${gone}`)).toContain('This is the receipt.');
  });

  it('of everything keeps everything that waits, says what it does not cover, and ends again', async () => {
    await doomed(1, 5);
    await doomed(1, 6, { state: 'held' });
    const asked = await text(`${CHANGE}?do=hold&all=yes`);
    expect(asked).toContain('Nothing of 2 destructions is deleted');
    expect(asked).toContain('Whoever is deactivated from now on is not held.');
    await post({ do: 'hold', all: 'yes' });
    expect(await ledger()).toEqual([
      { state: 'held', held_by: 'admin' },
      { state: 'held', held_by: 'both' },
    ]);
    await aMonthLater();
    expect(await text(`${CHANGE}?do=release&all=yes`)).toContain('1 destruction is overdue');
    const refused = await unchangedBy(() => post({ do: 'release', all: 'yes' }));
    expect([refused.status, textOf(refused.text)]).toEqual([
      400,
      expect.stringContaining('type delete into the field'),
    ]);
    const released = await post({ do: 'release', all: 'yes', confirmation: 'delete' });
    expect(await text(released.location ?? '')).toContain('What 1 overdue one stands for is deleted within minutes.');
    await runCron(portal.env, portal.sources);
    expect(await ledger()).toEqual([
      { state: 'done', held_by: null },
      { state: 'held', held_by: null },
    ]);
  });

  it('ends by a release; what is overdue then asks for the word, and goes', async () => {
    const seq = String(await doomed(1, -1, { state: 'held', heldBy: 'admin' }));
    const page = await admin.get(`${CHANGE}?do=release&d=${seq}`);
    expect(page.text).toContain('Type delete to confirm');
    expect((await unchangedBy(() => post({ do: 'release', d: seq, confirmation: 'yes' }))).status).toBe(400);
    await post({ do: 'release', d: seq, confirmation: 'delete' });
    await runCron(portal.env, portal.sources);
    expect(await states()).toEqual(['done']);
    expect(await objectKeys('workspace/')).toEqual([]);
  });

  it('asks again where it fell due between the page and the form', async () => {
    const seq = String(await doomed(1, 0.01, { state: 'held', heldBy: 'admin' }));
    expect((await admin.get(`${CHANGE}?do=release&d=${seq}`)).text).not.toContain('to confirm');
    portal.sources.ms += 20 * 60_000;
    await admin.get('/console');
    const refused = await unchangedBy(() => post({ do: 'release', d: seq }));
    expect([refused.status, refused.text.includes('Type delete to confirm')]).toEqual([400, true]);
  });

  it('tells which of a selection stay as they are, and why', async () => {
    const waiting = String(await doomed(1, 5));
    const brake = String(await doomed(1, 6, { state: 'held' }));
    const gone = String(await doomed(1, 7));
    await env.DB.prepare("UPDATE destructions SET state = 'done', done_at = 1 WHERE seq = ?").bind(gone).run();
    const said = await text(`${CHANGE}?do=release&d=${waiting}&d=${brake}&d=${gone}`);
    for (const why of [
      'is not on hold',
      'is held by the brake, and under no legal hold',
      'is done: it is deleted for good',
    ]) {
      expect(said).toContain(why);
    }
    const done = await post({ do: 'hold', d: [waiting, gone] });
    expect(await text(done.location ?? '')).toContain(
      '1 destruction is on hold: nothing of it is deleted until you release it. 1 other stayed as it was',
    );
  });

  it.each([{}, { do: 'hold' }, { do: 'hold', d: 'x' }, { do: 'purge', d: '1' }, { do: 'hold', all: 'no' }])(
    'of %j is none',
    async (fields) => {
      await doomed(1, 5);
      expect((await unchangedBy(() => post(fields))).status).toBe(400);
    },
  );
});

describe('what it costs', () => {
  const costOf = async (path: string) => {
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect((await same.get(path)).status).toBe(200);
    return cost;
  };

  it('is two calls of D1 and bounded rows with 20,000 rows of the ledger', async () => {
    const seqs = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => i));
    await env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, created_at, due_at, state, held_by)
       SELECT 'workspaces', value, 1, 'c' || value, 'cli', 1, ?1 + value, iif(value % 4 = 0, 'held', 'pending'), iif(value % 8 = 0, 'admin', NULL) FROM json_each(?2)`,
    )
      .bind(now(), seqs)
      .run();
    const costs: Record<string, number> = {};
    for (const query of ['', 'show=held', 'show=done', `user=${jane}`]) {
      const cost = await costOf(`/console/destructions?${query}`);
      expect(cost.calls, query).toBeLessThanOrEqual(2);
      costs[query] = cost.rowsRead;
      expect(cost.rowsRead, query).toBeLessThanOrEqual(query === `user=${jane}` ? 60_000 : 20_000);
    }
    for (const path of ['/console/destructions/7', `${CHANGE}?do=release&all=yes`]) {
      const cost = await costOf(path);
      expect(cost.calls, path).toBe(2);
      costs[path] = cost.rowsRead;
    }
    console.log('Rows read of a ledger of 20,000:', JSON.stringify(costs));
  });
});
