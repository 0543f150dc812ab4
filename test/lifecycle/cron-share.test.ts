// D1 answers a thousand queries an invocation, and the cron does everything in one: each duty has its share, whatever has piled up.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { runCron } from '../../src/lifecycle/cron.ts';
import { Faults } from '../support/faults.ts';
import { addUser, addWorkspaces, cleanPortal, deactivateUser, rowsOf, TestSources } from '../support/lifecycle.ts';

let sources: TestSources;
let log: MockInstance;

/** What waits: mails, workspaces to announce behind thousands of ledger rows, old rows of two tables, and due destructions. */
async function pileUp(): Promise<void> {
  const numbers = (count: number) =>
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const fill = (count: number, insert: string) =>
    env.DB.prepare(insert.replace(/ SELECT/, ` ${numbers(count)} SELECT`));
  await fill(
    32_000,
    `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
       SELECT 'old' || i, 'user.updated', 'u', 'k', '[]', 1 FROM n`,
  ).run();
  await addUser(1);
  await addWorkspaces(1, 3);
  await deactivateUser(sources, 1);
  await env.DB.batch([
    fill(
      40,
      `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at)
       SELECT 'admin_granted', 'mail' || i, 'nobody', 'cli', '[]', 1, 1 FROM n`,
    ),
    fill(
      3_000,
      `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
       SELECT 'user_content', 1000 + i, 1, 'ledger' || i, 1, 1, iif(i <= 400, 'pending', 'done') FROM n`,
    ),
    fill(
      900,
      `INSERT INTO refusals (at, method, route, status, rule, detail)
       SELECT 1, 'GET', '/Users', 404, 'resource_not_found', 'x' FROM n`,
    ),
  ]);
}

/** A D1 that counts what is asked of it, answered or not. */
function asked(db: D1Database): { readonly DB: D1Database; queries: number } {
  const count = { queries: 0 };
  const DB = new Proxy(db, {
    get(target, name) {
      if (name === 'withSession' || name === 'exec') throw new Error(`${name}() is not counted`);
      if (name !== 'batch') return Reflect.get(target, name).bind(target);
      return (statements: D1PreparedStatement[]) => {
        count.queries += statements.length;
        return target.batch(statements);
      };
    },
  });
  return Object.assign(count, { DB });
}

beforeEach(async () => {
  log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await cleanPortal();
  await env.DB.prepare('DELETE FROM refusals').run();
  sources = new TestSources();
  await pileUp();
});

afterEach(() => vi.restoreAllMocks());

const pending = () =>
  rowsOf<{ left: number }>("SELECT count(*) AS left FROM destructions WHERE state = 'pending' AND due_at <= 1").then(
    ([row]) => row?.left,
  );

describe('with everything waiting at once', () => {
  it('a run asks D1 less than a thousand times, and every duty gets on', async () => {
    const all = asked(env.DB);
    await runCron({ ...env, DB: all.DB }, sources);
    expect(all.queries).toBeGreaterThan(890);
    expect(all.queries).toBeLessThan(1_000);
    const [line] = log.mock.calls.map(([text]) => JSON.parse(String(text)));
    expect(line.mails.done).toBeGreaterThan(5);
    expect(line.archived).toEqual({ workspaces: 3 });
    expect(line.retention).toEqual({ journal: 30_000, refusals: 900 });
    expect(line.destructions.done).toBeGreaterThan(100);
  }, 60_000);

  it('so does one whose every other call is lost on the way', async () => {
    const lost = new Faults(({ binding, nth }) =>
      binding === 'DB' && nth % 2 === 1 ? { fails: 'Network connection lost.', moment: 'before' } : undefined,
    );
    const all = asked(lost.over({ DB: env.DB }).DB);
    await runCron({ ...env, DB: all.DB }, sources);
    expect(all.queries).toBeGreaterThan(890);
    expect(all.queries).toBeLessThan(1_000);
    const [line] = log.mock.calls.map(([text]) => JSON.parse(String(text)));
    expect(line.mails.done).toBeGreaterThan(2);
    expect(line.archived).toEqual({ workspaces: 3 });
    expect(line.retention.journal).toBeGreaterThan(10_000);
    expect(line.destructions.done).toBeGreaterThan(50);
  }, 60_000);

  it('the runs after it take up what it left, until nothing is', async () => {
    const queries: number[] = [];
    for (let runs = 0; runs < 12 && ((await pending()) ?? 0) > 0; runs++) {
      const all = asked(env.DB);
      await runCron({ ...env, DB: all.DB }, sources);
      queries.push(all.queries);
    }
    expect(Math.max(...queries)).toBeLessThan(1_000);
    expect(await pending()).toBe(0);
    expect(await rowsOf('SELECT count(*) AS old FROM journal WHERE at = 1')).toEqual([{ old: 0 }]);
    expect(
      await rowsOf('SELECT archived_through = (SELECT max(seq) FROM destructions) AS through FROM portal'),
    ).toEqual([{ through: 1 }]);
  }, 120_000);
});
