import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { sendMessage } from '../../src/api/messages.ts';
import { workDestructions, workDestructionsOf } from '../../src/lifecycle/destruction.ts';
import { isKept } from '../../src/lifecycle/standing.ts';
import { countedDb } from '../support/counted-db.ts';
import { dies, Faults } from '../support/faults.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  cleanPortal,
  comeBack,
  deactivateUser,
  objectKeys,
  putObjects,
  rowsOf,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

let sources: TestSources;

beforeEach(async () => {
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
  await addUser(2);
});

const inTime = () => ({ deadlineMs: sources.now + 20_000 });
const ledger = () => rowsOf('SELECT kind, state, objects, bytes, done_at FROM destructions ORDER BY seq');
const file = (ownerSeq: number, workspaceId?: string) => ({
  ownerSeq,
  workspaceId,
  name: 'plan.txt',
  bytes: new Uint8Array(7),
});

describe('the purge of a dead registration', () => {
  it('deletes every file and message with its bytes, counts them, and leaves everybody else alone', async () => {
    for (const ownerSeq of [1, 2]) {
      await putFile(env, sources, file(ownerSeq));
      await putFile(env, sources, file(ownerSeq));
      await sendMessage(env, sources, { ownerSeq, text: 'hello' });
    }
    await deactivateUser(sources, 1);
    sources.now += 5;
    const report = await workDestructions(env, sources, inTime());
    expect(report).toEqual({ claimed: 1, done: 1, overtaken: 0, unfinished: 0, failed: 0, objects: 3, workspaces: 0 });
    expect(await ledger()).toEqual([
      { kind: 'user_content', state: 'done', objects: 3, bytes: 19, done_at: sources.now },
    ]);
    expect(await rowsOf('SELECT owner_seq FROM files UNION ALL SELECT owner_seq FROM messages')).toEqual(
      Array(3).fill({ owner_seq: 2 }),
    );
    expect(await objectKeys('user/1/')).toEqual([]);
    expect((await objectKeys('user/2/')).length).toBe(3);
  });

  it('right after the answer works only what that deactivation caused', async () => {
    await putFile(env, sources, file(1));
    await putFile(env, sources, file(2));
    await deactivateUser(sources, 1);
    const { mutationId } = await deactivateUser(sources, 2);
    await workDestructionsOf(env, sources, mutationId);
    expect(await rowsOf('SELECT user_seq, state FROM destructions ORDER BY seq')).toEqual([
      { user_seq: 1, state: 'pending' },
      { user_seq: 2, state: 'done' },
    ]);
    expect((await objectKeys()).length).toBe(1);
  });

  it('of registration 1 never touches files of registration 2', async () => {
    await putFile(env, sources, file(1));
    await deactivateUser(sources, 1);
    await comeBack(1);
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    await workDestructions(env, sources, inTime());
    expect(await readFile(env, { fileId })).toMatchObject({ ok: true });
    expect(await objectKeys()).toEqual([`user/1/2/file/${fileId}`]);
    expect(await ledger()).toMatchObject([{ state: 'done', objects: 1 }]);
  });

  it('covers every earlier registration, and users whose number begins alike are others', async () => {
    await putObjects(['user/1/1/file/a', 'user/1/2/message/b', 'user/1/3/file/c', 'user/12/1/file/d', 'user/1/x/e']);
    await env.DB.prepare('UPDATE users SET registration = 2 WHERE seq = 1').run();
    await deactivateUser(sources, 1);
    await workDestructions(env, sources, inTime());
    expect(await objectKeys()).toEqual(['user/1/3/file/c', 'user/1/x/e', 'user/12/1/file/d']);
  });

  it('leaves a file in a workspace, which dies with the workspace instead', async () => {
    const [workspaceId] = await addWorkspaces(2, 1);
    const { fileId } = unwrap(await putFile(env, sources, file(1, workspaceId)));
    await deactivateUser(sources, 1);
    await workDestructions(env, sources, inTime());
    expect(await readFile(env, { fileId })).toMatchObject({ ok: true });
  });

  it('sweeps more orphaned objects than R2 lists on one page', async () => {
    await putObjects(Array.from({ length: 1100 }, (_, i) => `user/1/1/file/orphan${i}`));
    await deactivateUser(sources, 1);
    const report = await workDestructions(env, sources, inTime());
    expect(report).toMatchObject({ done: 1, objects: 0 });
    expect(await objectKeys()).toEqual([]);
  }, 60_000);

  it('of 2,500 files goes in pieces of 1,000, reads at most 5 rows a row deleted, and counts exactly', async () => {
    await addContent({ table: 'files', ownerSeq: 1, count: 2500 });
    await addContent({ table: 'files', ownerSeq: 2, count: 100, objects: false });
    await deactivateUser(sources, 1);
    const deleted: number[] = [];
    const FILES = new Proxy(env.FILES, {
      get(target, name) {
        if (name !== 'delete') return Reflect.get(target, name).bind(target);
        return (keys: string[]) => {
          deleted.push(keys.length);
          return target.delete(keys);
        };
      },
    });
    const { db: DB, cost } = countedDb(env.DB);
    await workDestructions({ DB, FILES }, sources, inTime());
    expect(deleted).toEqual([1000, 1000, 500]);
    expect(cost.rowsRead).toBeLessThanOrEqual(5 * 2500);
    expect(await ledger()).toMatchObject([{ state: 'done', objects: 2500, bytes: 25_000 }]);
    expect(await objectKeys()).toEqual([]);
    expect(await rowsOf('SELECT count(*) AS left FROM files')).toEqual([{ left: 100 }]);
  }, 60_000);

  it('finds each piece by index, never by reading a table', async () => {
    const plans: string[] = [];
    const DB = new Proxy(env.DB, {
      get(target, name) {
        if (name !== 'prepare') return Reflect.get(target, name).bind(target);
        return (sql: string) => {
          plans.push(sql);
          return target.prepare(sql);
        };
      },
    });
    await putFile(env, sources, file(1));
    await addWorkspaces(1, 1);
    await env.DB.prepare("INSERT INTO files SELECT 99, 'w', 1, 1, seq, 'k', 1, 1, 'n' FROM workspaces").run();
    await deactivateUser(sources, 1);
    sources.now += 31 * 86_400_000;
    expect(await workDestructions({ DB, FILES: env.FILES }, sources, inTime())).toMatchObject({ done: 2, objects: 2 });
    expect(plans.length).toBeGreaterThan(10);
    // `met` is the list of a user's registrations that a statement steps through, not a table.
    for (const sql of new Set(plans)) {
      const count = sql.includes('?1')
        ? Math.max(...[...sql.matchAll(/\?(\d)/g)].map((m) => Number(m[1])))
        : sql.split('?').length - 1;
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array(count).fill(1))
        .all<{ detail: string }>();
      const scans = plan.results
        .map((row) => row.detail)
        .filter((detail) => /SCAN (?!json_each|met$|CONSTANT)|TEMP B-TREE/.test(detail));
      expect([sql, scans]).toEqual([sql, []]);
    }
  });
});

describe('what lies beside a dead registration', () => {
  const leftWith = async (registration: number) => {
    await addContent({ table: 'files', ownerSeq: 1, registration, count: 3 });
    await addContent({ table: 'messages', ownerSeq: 1, registration, count: 3 });
    await putObjects([`user/1/${registration}/file/orphan`]);
    const { mutationId } = await deactivateUser(sources, 1);
    await comeBack(1);
    return mutationId;
  };
  const registrations = () =>
    rowsOf('SELECT registration, count(*) AS n FROM files WHERE owner_seq = 1 GROUP BY 1 ORDER BY 1');
  const folders = async () => [...new Set((await objectKeys('user/1/')).map((key) => key.split('/')[2]))].join();

  it('stays while another ledger row holds it, and goes when that is released', async () => {
    for (const registration of [1, 2, 3]) await leftWith(registration);
    await env.DB.prepare("UPDATE destructions SET state = 'held' WHERE registration = 2").run();
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 2, objects: 12 });
    expect(await registrations()).toEqual([{ registration: 2, n: 3 }]);
    expect(await folders()).toBe('2');
    await env.DB.prepare("UPDATE destructions SET state = 'pending' WHERE state = 'held'").run();
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 1, objects: 6 });
    expect(await objectKeys('user/1/')).toEqual([]);
    expect(await ledger()).toMatchObject(Array(3).fill({ state: 'done', objects: 6, bytes: 60 }));
  });

  it('stays where it lies when it was given back, until the registration that has it goes, or is held in its turn', async () => {
    for (const registration of [1, 2]) await leftWith(registration);
    await env.DB.batch([
      env.DB.prepare("UPDATE destructions SET state = 'cancelled', restored_to = 3 WHERE registration = 1"),
      env.DB.prepare('UPDATE files SET registration = 3 WHERE registration = 1'),
      env.DB.prepare('UPDATE messages SET registration = 3 WHERE registration = 1'),
    ]);
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 1, objects: 6 });
    expect(await registrations()).toEqual([{ registration: 3, n: 3 }]);
    expect(await folders()).toBe('1');
    await leftWith(4);
    await env.DB.prepare("UPDATE destructions SET state = 'held', registration = 3 WHERE state = 'pending'").run();
    await env.DB.prepare('UPDATE users SET registration = 5').run();
    await deactivateUser(sources, 1);
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 1, objects: 6 });
    expect(await registrations()).toEqual([{ registration: 3, n: 3 }]);
    expect(await folders()).toBe('1');
    await env.DB.prepare("UPDATE destructions SET state = 'pending' WHERE state = 'held'").run();
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 1, objects: 6 });
    expect(await objectKeys('user/1/')).toEqual([]);
  });

  it('costs the purge nothing, however much of it is kept', async () => {
    await addContent({ table: 'files', ownerSeq: 1, registration: 1, count: 5000, objects: false });
    await deactivateUser(sources, 1);
    await env.DB.prepare("UPDATE destructions SET state = 'held'").run();
    await comeBack(1);
    await addContent({ table: 'files', ownerSeq: 1, registration: 2, count: 100 });
    await deactivateUser(sources, 1);
    const { db: DB, cost } = countedDb(env.DB);
    expect(await workDestructions({ DB, FILES: env.FILES }, sources, inTime())).toMatchObject({
      done: 1,
      objects: 100,
    });
    expect(cost.rowsRead).toBeLessThanOrEqual(5 * 100);
    expect(await registrations()).toEqual([{ registration: 1, n: 5000 }]);
  });

  it('is settled where it is given back while its bytes go, and what was not under way is readable', async () => {
    await addContent({ table: 'files', ownerSeq: 1, count: 5 });
    await deactivateUser(sources, 1);
    await comeBack(1);
    const giveBack = async (keys: string | string[]) => {
      await env.DB.batch([
        env.DB.prepare("UPDATE destructions SET state = 'cancelled', restored_to = 2"),
        env.DB.prepare('UPDATE files SET registration = 2'),
      ]);
      await env.FILES.delete(keys);
    };
    const FILES = { list: env.FILES.list.bind(env.FILES), delete: giveBack };
    await workDestructions({ DB: env.DB, FILES } as Pick<typeof env, 'DB' | 'FILES'>, sources, {
      ...inTime(),
      pieceRows: 2,
    });
    const kept = await rowsOf<{ r2_key: string }>('SELECT r2_key FROM files ORDER BY r2_key');
    expect(kept.map(({ r2_key: key }) => key)).toEqual(await objectKeys());
    expect(kept.length).toBe(3);
    expect(await ledger()).toMatchObject([{ state: 'cancelled', objects: 2 }]);
  });

  it('is found by the index of what is kept', async () => {
    const plan = await rowsOf<{ detail: string }>(`EXPLAIN QUERY PLAN SELECT ${isKept('?3')} WHERE ?1 = ?2`, 1, 1, 1);
    expect(plan.map(({ detail }) => detail)).toContainEqual(expect.stringContaining('destructions_kept (user_seq=?)'));
  });
});

describe('an account', () => {
  it('is erased by the worker when it falls due, and not while it is held', async () => {
    await deactivateUser(sources, 1);
    await env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, account, created_at, due_at, state)
       VALUES ('account', 1, 1, 'm', '{"givenName":"Kim"}', 1, 1, 'held'), ('account', 2, 1, 'm', '{"givenName":"Lee"}', 1, 1, 'pending')`,
    ).run();
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ claimed: 2, done: 2, objects: 0 });
    expect(await rowsOf("SELECT user_seq, state, account, done_at FROM destructions WHERE kind = 'account'")).toEqual([
      { user_seq: 1, state: 'held', account: '{"givenName":"Kim"}', done_at: null },
      { user_seq: 2, state: 'done', account: null, done_at: sources.now },
    ]);
  });
});

describe('the worker', () => {
  it('stops at its deadline, gives its rows back, and resumes there', async () => {
    await addContent({ table: 'files', ownerSeq: 1, count: 10 });
    await deactivateUser(sources, 1);
    await deactivateUser(sources, 2);
    const slow = { ...sources, nowMs: () => (sources.now += 1000), randomBytes: sources.randomBytes };
    const report = await workDestructions(env, slow, { deadlineMs: sources.now + 5_000, pieceRows: 4 });
    expect(report).toMatchObject({ claimed: 2, unfinished: 2, done: 0 });
    expect(report.objects).toBeGreaterThan(0);
    expect(report.objects).toBeLessThan(10);
    expect(await rowsOf('SELECT state, lease_until FROM destructions')).toEqual(
      Array(2).fill({ state: 'pending', lease_until: 0 }),
    );
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 2, objects: 10 - report.objects });
    expect(await ledger()).toMatchObject([{ objects: 10, bytes: 100 }, { objects: 0 }]);
    expect(await objectKeys()).toEqual([]);
  });

  it('stops before it has used up the queries of an invocation', async () => {
    for (let seq = 3; seq < 30; seq++) {
      await addUser(seq);
      await deactivateUser(sources, seq);
    }
    const { db: DB, cost } = countedDb(env.DB);
    const report = await workDestructions({ DB, FILES: env.FILES }, sources, { ...inTime(), queries: 40 });
    expect(report.done).toBeGreaterThan(5);
    expect(cost.calls).toBeLessThanOrEqual(45);
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 27 - report.done });
  });

  it('leaves a row alone that another holds, until that lease runs out', async () => {
    await deactivateUser(sources, 1);
    await env.DB.prepare('UPDATE destructions SET lease_until = ?')
      .bind(sources.now + 60_000)
      .run();
    sources.now += 59_999;
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ claimed: 0 });
    sources.now += 1;
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ done: 1 });
  });

  it('never works a held row', async () => {
    await putFile(env, sources, file(1));
    await deactivateUser(sources, 1);
    await env.DB.prepare("UPDATE destructions SET state = 'held'").run();
    sources.now += 100 * 86_400_000;
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ claimed: 0 });
    expect((await objectKeys()).length).toBe(1);
  });

  it('goes on with the next row when one fails, and the failed one comes again', async () => {
    await putFile(env, sources, file(1));
    await putFile(env, sources, file(2));
    await deactivateUser(sources, 1);
    await deactivateUser(sources, 2);
    const FILES = new Proxy(env.FILES, {
      get(target, name) {
        if (name !== 'delete') return Reflect.get(target, name).bind(target);
        return (keys: string[]) =>
          keys.some((key) => key.startsWith('user/1/')) ? Promise.reject(new Error('R2 is away')) : target.delete(keys);
      },
    });
    const report = await workDestructions({ DB: env.DB, FILES }, sources, inTime());
    expect(report).toMatchObject({ claimed: 2, done: 1, failed: 1, error: 'R2 is away' });
    expect((await rowsOf('SELECT id FROM files')).length).toBe(1);
    sources.now += 60_000;
    expect(await workDestructions(env, sources, inTime())).toMatchObject({ claimed: 1, done: 1 });
    expect(await objectKeys()).toEqual([]);
  });

  it('after an answer never throws, whatever the storage does', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { mutationId } = await deactivateUser(sources, 1);
    await workDestructionsOf(
      { FILES: env.FILES, ...new Faults(dies(1, 'before')).over({ DB: env.DB }) },
      sources,
      mutationId,
    );
    await workDestructionsOf(
      { DB: env.DB, ...new Faults(dies(1, 'before')).over({ FILES: env.FILES }) },
      sources,
      mutationId,
    );
    expect(await ledger()).toMatchObject([{ state: 'pending' }]);
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });
});
