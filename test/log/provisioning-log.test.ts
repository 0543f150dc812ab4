// The provisioning log, read through the bindings: what requests of an identity provider leave in it, and what a page shows.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { explain } from '../../src/log/explain.ts';
import { type LogFilter, type LogPosition, SCANNED_ROWS } from '../../src/log/log-query.ts';
import { type LogPage, readLog } from '../../src/log/provisioning-log.ts';
import { countedDb } from '../support/counted-db.ts';
import { makeGroup } from '../support/groups.ts';
import { unwrap } from '../support/lifecycle.ts';
import { freshPortal, type Portal, START_MS, sendTo } from '../support/portal.ts';
import { JANE, JANE_PATH, jane, make, patchOf } from '../support/scim.ts';

let portal: Portal;

beforeEach(async () => {
  portal = await freshPortal();
  await env.DB.prepare('DELETE FROM journal').run();
});

const read = async (filter: LogFilter = {}, limit = 100): Promise<LogPage> =>
  unwrap(await readLog(env.DB, { filter, limit }));

const shortly = (entries: readonly LogEntry[]) =>
  entries.map((entry) => (entry.source === 'journal' ? entry.type : `${entry.status} ${entry.rule}`));

/** One request a second. */
async function send(...request: Parameters<Portal['send']>) {
  portal.sources.ms += 1_000;
  return portal.send(...request);
}

async function aDay(): Promise<void> {
  await send('POST', '/Users', jane());
  await send('POST', '/Users', jane());
  await send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'title', value: 'Cook' }));
  await send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false }));
  await send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'title', value: 'Clerk' }));
  portal.sources.ms += 1_000;
  await sendTo(portal.env, portal.sources, 'GET', '/Users');
}

describe('a page', () => {
  it('has what was done and what was refused, newest first', async () => {
    await aDay();
    const { entries, next, bounded } = await read();
    expect(shortly(entries)).toEqual([
      '401 credential_missing',
      'user.ignored',
      'user.deactivated',
      'user.updated',
      '409 user_name_in_use',
      'user.created',
    ]);
    expect([next, bounded]).toEqual([null, false]);
    expect(entries.map(({ at }) => at)).toEqual([6, 5, 4, 3, 2, 1].map((seconds) => START_MS + seconds * 1_000));
  });

  it('names the key by its label and owner, and groups by their names', async () => {
    await makeGroup(portal, 'Sales');
    const [entry] = (await read()).entries;
    expect(entry).toMatchObject({
      actor: portal.keyId,
      key: { label: 'test', owner: portal.username },
      subjectName: 'Sales',
    });
    expect(entry && explain(entry).sentence).toBe('The key "test" created the group "Sales".');
  });

  it('explains every line of a day, and says what to change where something was refused or ignored', async () => {
    await aDay();
    const explained = (await read()).entries.map((entry) => explain(entry));
    expect(explained.map(({ sentence }) => sentence)).toEqual([
      'A caller without a valid key could not look up users: the request carried no credential at all.',
      `The key "test" sent title for the user ${JANE}, and nothing was changed. The user is deactivated, and the portal keeps no profile and no role of a deactivated user.`,
      `The key "test" deactivated the user ${JANE}. Access ended at once; what else goes with it is the policy of the portal.`,
      `The key "test" changed title of the user ${JANE}.`,
      'The key "test" could not create a user: an active user of this portal has this userName already.',
      `The key "test" created the user ${JANE}.`,
    ]);
    expect(explained.map(({ change }) => change !== undefined)).toEqual([true, true, false, false, true, false]);
  });

  it('costs two calls of D1, and a few rows a line', async () => {
    for (let i = 0; i < 30; i++) await send('POST', '/Users', jane({ userName: `person${i}@acme.example` }));
    const { db, cost } = countedDb(env.DB);
    unwrap(await readLog(db, { limit: 20 }));
    expect(cost.calls).toBe(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(3 * 20 + 30);
  });
});

describe('filters', () => {
  beforeEach(aDay);

  it.each<[string, () => LogFilter, string[]]>([
    ['only refusals', () => ({ refusedOnly: true }), ['401 credential_missing', '409 user_name_in_use']],
    ['a user', () => ({ subject: JANE }), ['user.ignored', 'user.deactivated', 'user.updated', 'user.created']],
    [
      'a key',
      () => ({ actor: portal.keyId }),
      ['user.ignored', 'user.deactivated', 'user.updated', '409 user_name_in_use', 'user.created'],
    ],
    ['a type', () => ({ type: 'user.updated' }), ['user.updated']],
    ['a rule', () => ({ rule: 'inactive_profile_ignored' }), ['user.ignored']],
    ['a rule that refuses', () => ({ rule: 'user_name_in_use' }), ['409 user_name_in_use']],
    ['since a time', () => ({ sinceMs: START_MS + 5_000 }), ['401 credential_missing', 'user.ignored']],
    ['until a time', () => ({ untilMs: START_MS + 3_000 }), ['409 user_name_in_use', 'user.created']],
    ['a user and a type', () => ({ subject: JANE, type: 'user.created' }), ['user.created']],
    ['nobody', () => ({ subject: 'nobody' }), []],
  ])('%s', async (_, filter, wanted) => {
    const { entries, next } = await read(filter());
    expect(shortly(entries)).toEqual(wanted);
    expect(next).toBeNull();
  });
});

it('what was archived is told later than it happened, and hides nothing that came in between', async () => {
  const at = (minutes: number) => START_MS + minutes * 60_000;
  const told: [type: string, minutes: number][] = [
    ['user.created', 1],
    ['user.updated', 9],
    ['workspace.archived', 2],
    ['user.updated', 10],
  ];
  for (const [i, [type, minutes]] of told.entries()) {
    await env.DB.prepare(
      "INSERT INTO journal (mutation_id, type, subject, actor, attributes, at) VALUES (?, ?, 'x', 'cli', '[]', ?)",
    )
      .bind(`m${i}`, type, at(minutes))
      .run();
  }
  expect(shortly((await read({ sinceMs: at(5) })).entries)).toEqual(['user.updated', 'user.updated']);
  expect(shortly((await read({ sinceMs: at(2) })).entries)).toContain('workspace.archived');
});

it('everything that one request did is found by the X-Request-Id that the client was given', async () => {
  await make(portal);
  await makeGroup(portal, 'Sales', [JANE]);
  await makeGroup(portal, 'Support', [JANE]);
  const deleted = await send('DELETE', JANE_PATH);
  const refused = await send('DELETE', JANE_PATH);
  const of = async (reply: { headers: Headers }) =>
    shortly((await read({ requestId: reply.headers.get('x-request-id') ?? '' })).entries);
  expect((await of(deleted)).toSorted()).toEqual(['group.member_removed', 'group.member_removed', 'user.deleted']);
  expect(await of(refused)).toEqual(['404 resource_not_found']);
});

describe('paging', () => {
  const insert = async (lines: readonly { source: string; at: number }[]) => {
    const done = lines.filter(({ source }) => source === 'journal');
    const refused = lines.filter(({ source }) => source !== 'journal');
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
         SELECT lower(hex(randomblob(8))), 'user.updated', 'x', 'cli', '[]', value FROM json_each(?)`,
      ).bind(JSON.stringify(done.map(({ at }) => at))),
      env.DB.prepare(
        `INSERT INTO refusals (at, method, route, status, rule, detail)
         SELECT value, 'GET', '/Users', 404, 'resource_not_found', 'x' FROM json_each(?)`,
      ).bind(JSON.stringify(refused.map(({ at }) => at))),
    ]);
  };

  const line = fc.record({ source: fc.constantFrom('journal', 'refusal'), at: fc.nat({ max: 20 }) });

  it('shows every line once and in one order, whatever the size of the pages and whatever comes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(line, { maxLength: 3 }),
        async (lines, limit, later) => {
          await env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]);
          await insert(lines);
          const whole = (await read({}, 1_000)).entries;
          const paged: LogEntry[] = [];
          for (let before: LogPosition | null | undefined; before !== null; ) {
            const page: LogPage = unwrap(await readLog(env.DB, { limit, ...(before ? { before } : {}) }));
            paged.push(...page.entries);
            before = page.next;
            await insert(later);
          }
          expect(whole).toHaveLength(lines.length);
          expect(paged).toEqual(whole);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('what came after a page is what follows its head', async () => {
    await aDay();
    const { head } = await read();
    await send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: true }));
    await send('GET', '/Users/nobody');
    const page = unwrap(await readLog(env.DB, { after: head, limit: 100 }));
    expect(shortly(page.entries)).toEqual(['404 resource_not_found', 'user.reactivated']);
    expect(unwrap(await readLog(env.DB, { after: page.head, limit: 100 })).entries).toEqual([]);
  });
});

describe('of a long journal', () => {
  beforeEach(async () => {
    const seqs = Array.from({ length: SCANNED_ROWS + 500 }, (_, i) => i + 1);
    await env.DB.prepare(
      `INSERT INTO journal (seq, mutation_id, type, subject, actor, attributes, at)
       SELECT value, 'm' || value, 'user.updated', iif(value = 1, 'old', 'x'), 'cli', '[]', value FROM json_each(?)`,
    )
      .bind(JSON.stringify(seqs))
      .run();
  });

  it('a filter looks through the newest 50,000 rows and says so', async () => {
    const { db, cost } = countedDb(env.DB);
    const page = unwrap(await readLog(db, { filter: { subject: 'old' }, limit: 10 }));
    expect([page.entries, page.next, page.bounded]).toEqual([[], null, true]);
    expect(cost.rowsRead).toBeLessThanOrEqual(SCANNED_ROWS + 20);
  });

  it('the last lines of an hour are found without looking further', async () => {
    const { db, cost } = countedDb(env.DB);
    const page = unwrap(await readLog(db, { filter: { sinceMs: SCANNED_ROWS + 490 }, limit: 100 }));
    expect(page.entries).toHaveLength(11);
    expect(cost.rowsRead).toBeLessThanOrEqual(80);
  });

  it('the newest lines of a long time are found without looking at all of it', async () => {
    const { db, cost } = countedDb(env.DB);
    const page = unwrap(await readLog(db, { filter: { sinceMs: 600 }, limit: 10 }));
    expect([page.entries.length, page.entries[0]?.seq, page.bounded]).toEqual([10, SCANNED_ROWS + 500, false]);
    expect(cost.rowsRead).toBeLessThanOrEqual(80);
  });

  it('pages without a filter reach the oldest row', async () => {
    const page = unwrap(await readLog(env.DB, { before: { journal: 3, refusals: 1 }, limit: 10 }));
    expect(page.entries.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(page.bounded).toBe(false);
  });
});
