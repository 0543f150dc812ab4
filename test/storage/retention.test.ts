// What thirty days do to the journal and the refusals.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetOldRows, RETENTION_MS } from '../../src/storage/retention.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, nth } from '../support/faults.ts';
import { freshPortal, START_MS, TestSources } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

const FAR = { deadlineMs: Number.MAX_SAFE_INTEGER };
const DUE = START_MS - RETENTION_MS - 1;

let sources: TestSources;

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]);
  sources = new TestSources();
});

async function addJournal(count: number, at: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
     SELECT 'm' || ?1 || '-' || value, 'user.updated', 'jane', 'key', '["title"]', ?1 FROM json_each(?2)`,
  )
    .bind(at, JSON.stringify(Array.from({ length: count }, (_, i) => i)))
    .run();
}

async function addRefusals(count: number, at: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO refusals (at, actor, method, route, status, rule, detail)
     SELECT ?1, 'key', 'GET', '/Users', 404, 'resource_not_found', 'x' FROM json_each(?2)`,
  )
    .bind(at, JSON.stringify(Array.from({ length: count }, (_, i) => i)))
    .run();
}

const seqs = async (table: string) =>
  (await rows<{ seq: number }>(`SELECT seq FROM ${table} ORDER BY seq`)).map(({ seq }) => seq);

describe('rows older than thirty days', () => {
  it('go, and not one that is a millisecond younger', async () => {
    await addJournal(3, DUE);
    await addJournal(2, DUE + 1);
    await addRefusals(4, DUE);
    await addRefusals(1, DUE + 1);
    expect(await forgetOldRows(env, sources, FAR)).toEqual({ journal: 3, refusals: 4 });
    expect(await seqs('journal')).toEqual([4, 5]);
    expect(await seqs('refusals')).toEqual([5]);
  });

  it('go in pieces, whatever the number of them is against the size of a piece', async () => {
    for (const count of [1, 9, 10, 11, 20, 25]) {
      await env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]);
      await addJournal(count, DUE);
      await addRefusals(count, DUE);
      await addJournal(2, START_MS);
      const { db, cost } = countedDb(env.DB);
      const done = await forgetOldRows({ DB: db }, sources, { ...FAR, pieceRows: 10 });
      expect(done).toEqual({ journal: count, refusals: count });
      expect(cost.calls).toBe(2 * (Math.floor(count / 10) + 1));
    }
  });

  it('all go but the newest of the journal, so that its number is never given to another', async () => {
    await addJournal(1_500, DUE);
    await addRefusals(900, DUE);
    expect(await forgetOldRows(env, sources, FAR)).toEqual({ journal: 1_499, refusals: 900 });
    expect(await seqs('journal')).toEqual([1_500]);
    await addJournal(1, START_MS);
    expect(await seqs('journal')).toEqual([1_500, 1_501]);
    expect(await forgetOldRows(env, sources, FAR)).toEqual({ journal: 1, refusals: 0 });
  });

  it('of an empty portal are none', async () => {
    expect(await forgetOldRows(env, sources, FAR)).toEqual({ journal: 0, refusals: 0 });
  });
});

describe('what it costs', () => {
  it('is a row or two a table where nothing is due, however much there is', async () => {
    await addJournal(5_000, START_MS);
    await addRefusals(900, START_MS);
    const { db, cost } = countedDb(env.DB);
    await forgetOldRows({ DB: db }, sources, FAR);
    expect(cost.calls).toBe(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(4);
    expect(cost.rowsWritten).toBe(0);
  });

  it.each([1, 17, 999, 1_000, 1_001, 2_500])(
    'is at most five rows read for each of %d deleted, besides what finding nothing costs',
    async (count) => {
      await addJournal(count, DUE);
      await addJournal(1_200, START_MS);
      const { db, cost } = countedDb(env.DB);
      expect((await forgetOldRows({ DB: db }, sources, FAR)).journal).toBe(count);
      expect(cost.rowsRead).toBeLessThanOrEqual(5 * count + 4);
    },
  );

  it('is at most thirty pieces a run, and the next run goes on', async () => {
    await addJournal(40, DUE);
    await addJournal(1, START_MS);
    expect((await forgetOldRows(env, sources, { ...FAR, pieceRows: 1 })).journal).toBe(30);
    expect((await forgetOldRows(env, sources, { ...FAR, pieceRows: 1 })).journal).toBe(10);
  });
});

it('no piece begins after the deadline', async () => {
  await addJournal(5, DUE);
  expect(await forgetOldRows(env, sources, { deadlineMs: START_MS })).toEqual({ journal: 0, refusals: 0 });
  expect(await seqs('journal')).toHaveLength(5);
});

it('two runs at once, and one whose answer was lost, end in the same rows', async () => {
  await addJournal(2_500, DUE);
  await addJournal(3, START_MS);
  const lost = new Faults(nth(1, { fails: 'Network connection lost.', moment: 'after' }));
  await Promise.all([forgetOldRows(env, sources, FAR), forgetOldRows(lost.over({ DB: env.DB }), sources, FAR)]);
  expect(await seqs('journal')).toEqual([2_501, 2_502, 2_503]);
});

it('a portal whose journal was forgotten answers, writes and lists as before', async () => {
  const portal = await freshPortal();
  const jane = { userName: 'jane.example@acme.example', name: { givenName: 'Jane', familyName: 'Example' } };
  const made = await portal.send('POST', '/Users', jane);
  const before = await portal.send('GET', '/Users?filter=active+eq+true');
  portal.sources.ms += RETENTION_MS + 1;
  await forgetOldRows(env, portal.sources, FAR);
  expect(await one('SELECT count(*) AS n FROM journal')).toEqual({ n: 1 });
  expect((await portal.send('GET', '/Users?filter=active+eq+true')).body).toEqual(before.body);
  expect((await portal.send('DELETE', `/Users/${encodeURIComponent(made.body.id)}`)).status).toBe(204);
  expect((await portal.send('POST', '/Users', jane)).status).toBe(201);
  expect((await portal.send('GET', '/Users?filter=active+eq+true')).body.totalResults).toBe(1);
});
