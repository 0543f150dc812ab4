// A restore that dies, loses answers, or meets others who act at the same time: repeated, it comes to the same end.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFile } from '../../src/api/files.ts';
import { releaseHeld } from '../../src/directory/brake-release.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { setChoice } from '../../src/directory/portal-settings.ts';
import { refoldUsers } from '../../src/directory/refold.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import {
  contextOf,
  deactivateByOkta,
  engage,
  everything,
  FOURTH,
  makePeople,
  portalWith,
  WAYS,
} from '../support/brake.ts';
import { countedDb } from '../support/counted-db.ts';
import { dies, Faults, type Moment, nth, type Plan } from '../support/faults.ts';
import { makeGroup } from '../support/groups.ts';
import { addContent, addWorkspaces, DAY_MS, unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { expectCountersTrue, expectStatus, one, patchOf, rowOf, rows, userPath } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';
import { restore, type Stored, stored } from '../support/stored.ts';

const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;

let portal: Portal;
let ids: string[];
let before: unknown;

let start: { readonly stored: Stored; readonly ms: number } | undefined;

/** The scenario, at its beginning. */
async function scenario(): Promise<void> {
  if (start) await restore(start.stored);
  else await prepare();
  start ??= { stored: await stored(), ms: portal.sources.ms };
  portal.sources.ms = start.ms;
}

/** Three people with content, workspaces and a group; two of them deactivated and one deleted, all held. */
async function prepare(): Promise<void> {
  portal = await portalWith({ brake: FOURTH });
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key);
  await engage(portal);
  ids = await makePeople(portal, 3);
  const { id } = await makeGroup(portal, 'Cooks', ids);
  await env.DB.prepare("UPDATE groups SET id = 'cooks' WHERE id = ?").bind(id).run();
  for (const person of ids) {
    const ownerSeq = await seqOf(person);
    await addWorkspaces(ownerSeq, 1);
    await addContent({ table: 'files', ownerSeq, count: 2 });
  }
  before = await pictured();
  await deactivateByOkta(portal, ids[0] ?? '');
  await deactivateByOkta(portal, ids[1] ?? '');
  await WAYS['DELETE']?.(portal, ids[2] ?? '');
  portal.sources.ms += 1000;
}

/** Without the key that the scenario makes anew each time. */
async function pictured() {
  const { api_keys: _, keys: __, portal: settings, ...rest } = await everything();
  return { ...rest, settings: (settings as object[]).map((row) => ({ ...row, version: 0 })) };
}

function restoreOver(plan: Plan) {
  const faults = new Faults(plan);
  const { DB } = faults.over({ DB: env.DB });
  return { faults, done: restoreHeld({ ...contextOf(portal), db: DB }, { all: true }) };
}

const restoreAll = () => restoreHeld(contextOf(portal), { all: true });

async function expectAllBack(): Promise<void> {
  expect(await pictured()).toEqual(before);
  expect(await rows("SELECT seq FROM destructions WHERE state = 'held' OR account IS NOT NULL")).toEqual([]);
  expect(await one('SELECT brake_engaged_at AS at FROM portal')).toEqual({ at: null });
  const versions = await rows(
    'SELECT version FROM users WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids),
  );
  expect(versions).toEqual([{ version: 3 }, { version: 3 }, { version: 3 }]);
  const journal = await rows("SELECT subject FROM journal WHERE rule = 'brake_restored' AND type LIKE 'user.%'");
  expect(journal).toHaveLength(3);
  await expectCountersTrue();
}

describe('a restore', () => {
  for (const moment of ['before', 'after'] as Moment[]) {
    it(`that dies ${moment} any call of D1 goes on when it is repeated, to the same end`, async () => {
      let died = true;
      let at = 0;
      while (died) {
        at += 1;
        await scenario();
        const { faults, done } = restoreOver(dies(at, moment));
        await done;
        died = faults.happened;
        unwrap(await restoreAll());
        await expectAllBack();
      }
      expect(at).toBeGreaterThan(8);
    }, 120_000);
  }

  it('that loses the answer of any call gives everything back once', async () => {
    let lost = true;
    for (let at = 1; lost; at++) {
      await scenario();
      const { faults, done } = restoreOver(nth(at, { fails: 'Network connection lost.', moment: 'after' }));
      unwrap(await done);
      lost = faults.happened;
      await expectAllBack();
    }
  }, 120_000);

  it('beside another one, at any of its calls, gives everything back once', async () => {
    let met = true;
    for (let at = 1; met; at++) {
      await scenario();
      const { faults, done } = restoreOver(nth(at, { meanwhile: restoreAll }));
      unwrap(await done);
      met = faults.happened;
      await expectAllBack();
    }
  }, 120_000);

  it('beside an identity provider that writes at any of its calls loses nothing of either', async () => {
    let met = true;
    for (let at = 1; met; at++) {
      await scenario();
      const title = patchOf({ op: 'replace', value: { active: true, title: 'Cook' } });
      const meanwhile = () => portal.send('PATCH', userPath(ids[0] ?? ''), title);
      const { faults, done } = restoreOver(nth(at, { meanwhile }));
      unwrap(await done);
      met = faults.happened;
      if (!met) break;
      const { body } = await expectStatus(200, portal.send('GET', userPath(ids[0] ?? '')));
      expect([at, body]).toMatchObject([at, { active: true, title: 'Cook', name: { familyName: 'Example 1' } }]);
      await expectCountersTrue();
    }
  }, 120_000);

  it('beside a change of policy at any of its calls leaves what filters read as the new policy shows it', async () => {
    const folded = () => rows("SELECT id, folded FROM users WHERE login_type = 'saml' AND removed_at IS NULL");
    let met = true;
    for (let at = 1; met; at++) {
      await scenario();
      const meanwhile = () => setChoice(contextOf(portal), 'attributesStored', 'minimal');
      const { faults, done } = restoreOver(nth(at, { meanwhile }));
      unwrap(await done);
      met = faults.happened;
      const before = await folded();
      unwrap(await refoldUsers(contextOf(portal)));
      expect([at, await folded()]).toEqual([at, before]);
    }
  }, 120_000);

  it('beside a release at any of its calls leaves each user whole or released, never half', async () => {
    let met = true;
    for (let at = 1; met; at++) {
      await scenario();
      const meanwhile = () => releaseHeld(contextOf(portal), { users: [ids[1] ?? ''] });
      const { faults, done } = restoreOver(nth(at, { meanwhile }));
      unwrap(await done);
      met = faults.happened;
      portal.sources.ms += 40 * DAY_MS;
      await runCron(portal.env, portal.sources);
      const { active } = await rowOf(ids[1]);
      const seq = await seqOf(ids[1] ?? '');
      const left = await rows<{ id: string }>('SELECT id FROM files WHERE owner_seq = ?', seq);
      for (const { id: fileId } of left) expect([at, (await readFile(env, { fileId })).ok]).toEqual([at, true]);
      const open = await rows("SELECT id FROM workspaces WHERE owner_seq = ? AND state = 'active'", seq);
      expect([at, left.length, open.length]).toEqual(active === 1 ? [at, 2, 1] : [at, 0, 0]);
    }
  }, 120_000);
});

describe('five hundred users', () => {
  const PEOPLE = 500;
  const id = (n: number) => `user${String(n).padStart(4, '0')}@acme.example`;

  beforeAll(async () => {
    portal = await portalWith({ brake: FOURTH });
    await seedUsers(PEOPLE, id);
    await engage(portal);
    before = await pictured();
    for (let from = 1; from <= PEOPLE; from += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => deactivateByOkta(portal, id(from + i))));
    }
  }, 120_000);

  it('come back by two D1 calls each, one by one before the eyes of whoever waits', async () => {
    const { db, cost } = countedDb(env.DB);
    const seen: number[] = [];
    const outcome = unwrap(
      await restoreHeld({ ...contextOf(portal), db }, { all: true }, (finished, total) => {
        expect(total).toBe(PEOPLE);
        seen.push(finished);
      }),
    );
    expect(outcome).toEqual({ restored: PEOPLE, partly: [], skipped: [], left: 0, lifted: true });
    expect(seen).toEqual(Array.from({ length: PEOPLE + 1 }, (_, i) => i));
    console.log(
      `restore of ${PEOPLE}: ${cost.calls} D1 calls, ${cost.rowsRead} rows read, ${cost.rowsWritten} written`,
    );
    expect(cost.calls).toBeLessThanOrEqual(2 * PEOPLE + 6);
    expect(cost.rowsRead).toBeLessThanOrEqual(40 * PEOPLE);
    expect(await pictured()).toEqual(before);
  }, 120_000);
});
