// The page of the brake, and its ways out: restore and release of one, many and all, in pieces that end like the command line's.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import {
  brakeRow,
  contextOf,
  deactivateByOkta,
  engage,
  FOURTH,
  makePeople,
  nth,
  portalWith,
} from '../support/brake.ts';
import { ADMIN, type Page, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { always, Faults } from '../support/faults.ts';
import { makeFlood } from '../support/flood.ts';
import { addContent, addWorkspaces, unwrap } from '../support/lifecycle.ts';
import { dump, freshPortal, type Portal, TABLES } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let portal: Portal;
let admin: Visitor;
let ids: string[];

const seqOf = async (id = '') => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const held = async () =>
  (await one<{ n: number }>("SELECT count(DISTINCT user_seq) AS n FROM destructions WHERE state = 'held'")).n;
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
const brake = async (query = '') => (await admin.get(`/console/brake${query}`)).text;

/** So many people of whom something is held, the first with files and a workspace. */
async function flood(count: number): Promise<void> {
  portal = await portalWith({ brake: FOURTH });
  await engage(portal);
  ids = await makePeople(portal, count);
  const ownerSeq = await seqOf(ids[0]);
  await addWorkspaces(ownerSeq, 1);
  await addContent({ table: 'files', ownerSeq, count: 2 });
  for (const id of ids) await deactivateByOkta(portal, id);
  admin = await signedIn(portal.sources);
}

/** The same with many, who have nothing but their names, and without a request for each. */
async function wideFlood(count: number): Promise<void> {
  portal = await portalWith({ brake: FOURTH });
  await makeFlood(env.DB, count, portal.sources.ms);
  admin = await signedIn(portal.sources);
}
const leaver = (n: number) => `leaver${n}@acme.example`;

/** The fields of the form of the next piece, as a browser would send them. */
function nextFields({ text }: Page, action: string): URLSearchParams | undefined {
  const form = new RegExp(`<form method="post" action="${action}">(.*?)</form>`).exec(text)?.[1];
  if (form === undefined || !text.includes('<progress')) return undefined;
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value]));
}

describe('the page', () => {
  it('of a portal without a brake says so, and who can switch it on', async () => {
    portal = await freshPortal();
    admin = await signedIn(portal.sources);
    const text = textOf(await brake());
    expect(text).toContain('This portal has no brake.');
    expect(text).toContain('npm run portal -- policy set brake.state on');
    expect(text).not.toContain('Restore');
  });

  it('of a portal that watches shows how near the limit is', async () => {
    portal = await portalWith({ brake: FOURTH });
    for (const id of (await makePeople(portal, 6)).slice(0, 2)) await deactivateByOkta(portal, id);
    admin = await signedIn(portal.sources);
    const html = await brake();
    expect(textOf(html)).toContain('2 deactivations in the last hour, of 3 that may be');
    expect(html).toMatch(/<meter min="0" max="3"[^>]* value="2"/);
    expect(textOf(html)).toContain('The next one passes without it.');
    expect(html).not.toContain('/console/brake/restore');
  });

  it('of one that is engaged says since when, by which key, who is held and what each would lose', async () => {
    await flood(3);
    const html = await brake();
    const text = textOf(html);
    expect(text).toContain('Engaged since just now , when people were deactivated by the key "test"');
    expect(text).toContain('Held: 3 people');
    expect(text).toContain(`${nth(1)} just now by the key "test" 2 files (20 bytes), 1 workspace, name and attributes`);
    expect(html).toContain(`<a href="/console/users/${await seqOf(ids[0])}">`);
  });

  it('says who cannot be restored, and why', async () => {
    await flood(2);
    await env.DB.prepare("UPDATE users SET login_type = 'password' WHERE id = ?").bind(ids[1]).run();
    expect(await brake()).toContain('SCIM no longer manages the account');
  });

  it('shows many in pages of twenty', async () => {
    await wideFlood(45);
    const seen: string[] = [];
    for (let query: string | undefined = ''; query !== undefined; ) {
      const html = await brake(query);
      seen.push(...[...html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, name = '']) => name));
      query = /href="\/console\/brake(\?after=\d+)" rel="next"/.exec(html)?.[1];
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, i) => leaver(i + 1)));
    expect((await admin.get('/console/brake?after=x')).status).toBe(200);
  });

  it('costs one call of D1, and a bounded number of rows however much everybody has', async () => {
    await wideFlood(25);
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
         SELECT 'user_content', user_seq, 1, cause, 1, 1, 'held' FROM destructions AS a WHERE kind = 'account' AND NOT EXISTS
           (SELECT 1 FROM destructions WHERE kind = 'user_content' AND user_seq = a.user_seq)`,
      ),
      env.DB.prepare(
        `INSERT INTO files (id, owner_seq, registration, r2_key, size_bytes, created_at, name)
         SELECT seq || '-' || value, users.seq, 1, 'k', 1, 1, 'f' FROM users CROSS JOIN json_each(?) WHERE users.id LIKE 'leaver%'`,
      ).bind(JSON.stringify(Array.from({ length: 500 }, (_, i) => i))),
    ]);
    const { db, cost } = countedDb(env.DB);
    const same = as(db);
    expect((await same.get('/console/brake')).text).toContain('at least 200 files (at least ');
    console.log(`the brake with 25 held: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(21 * 850);
  });
});

/** The same session on another D1. */
function as(db: D1Database): Visitor {
  const same = new Visitor(portal.sources, { ...env, DB: db });
  for (const [name, value] of admin.cookies) same.cookies.set(name, value);
  same.formToken = admin.formToken;
  return same;
}

describe('restoring', () => {
  const RESTORE = '/console/brake/restore';

  it('all of more than a hundred people in pieces ends like the command line’s at once, and no piece asks D1 too much', async () => {
    await flood(105);
    const before = await dump();
    const sentences: string[] = [];
    let fields: URLSearchParams | undefined = new URLSearchParams({ whom: 'all' });
    let page: Page | undefined;
    while (fields) {
      const { db, queries } = queriesOf(env.DB);
      page = await as(db).post(RESTORE, { fields: Object.fromEntries(fields) });
      expect(page.status).toBe(200);
      expect(queries()).toBeLessThan(900);
      sentences.push(...[...page.text.matchAll(/<p role="status">(.*?)<\/p>/g)].map(([, text = '']) => text));
      fields = nextFields(page, RESTORE);
    }
    expect(sentences).toEqual(['40 of 105 people are restored.', '80 of 105 people are restored.']);
    expect(textOf(page?.text ?? '')).toContain('Restored: 105 people');
    expect(textOf(page?.text ?? '')).toContain('The brake is lifted and counts from nothing.');
    const byPage = await dump();
    await setBack(before);
    unwrap(await restoreHeld({ ...contextOf(portal), actor: ADMIN }, { all: true }));
    expect(withoutIds(byPage)).toEqual(withoutIds(await dump()));
  });

  it('by two admins at once gives everything back once, and neither is refused', async () => {
    await wideFlood(60);
    const other = await signedIn(portal.sources, env, 'second@acme.example');
    const run = async (who: Visitor) => {
      let fields: URLSearchParams | undefined = new URLSearchParams({ whom: 'all' });
      while (fields) {
        const page: Page = await who.post(RESTORE, { fields: Object.fromEntries(fields) });
        expect(page.status).toBe(200);
        fields = nextFields(page, RESTORE);
      }
    };
    await Promise.all([run(admin), run(other)]);
    expect([await held(), (await brakeRow()).engagedAt]).toEqual([0, null]);
    const back = await rows("SELECT subject FROM journal WHERE type = 'user.reactivated'");
    expect(back).toHaveLength(60);
  });

  it('those who were chosen leaves the others held and the brake engaged', async () => {
    await flood(4);
    const chosen = [await seqOf(ids[0]), await seqOf(ids[2])];
    const page = await admin.post(RESTORE, { fields: { user: String(chosen[0]) } });
    expect(textOf(page.text)).toContain('Restored: one person');
    await admin.post(RESTORE, { fields: { user: String(chosen[1]) } });
    expect(await held()).toBe(2);
    expect((await brakeRow()).engagedAt).not.toBeNull();
    const again = await admin.post(RESTORE, { fields: { user: String(chosen[1]) } });
    expect(textOf(again.text)).toContain('Nothing is held of them any more');
  });

  it('tells who stays held, and keeps the others from waiting for it', async () => {
    await flood(3);
    await env.DB.prepare("UPDATE users SET login_type = 'password' WHERE id = ?").bind(ids[1]).run();
    const page = await admin.post(RESTORE, { fields: { whom: 'all' } });
    expect(textOf(page.text)).toContain('Restored: 2 people');
    expect(textOf(page.text)).toContain('One person stays held');
    expect([await held(), (await brakeRow()).engagedAt]).toEqual([1, null]);
  });

  it('goes on however long the names are of those who do not get everything, and tells the first of them', async () => {
    await wideFlood(100);
    await env.DB.batch([
      env.DB.prepare("UPDATE users SET active = 1, user_name = ? || seq WHERE id LIKE 'leaver%'").bind(
        '🦦'.repeat(120),
      ),
      env.DB.prepare("UPDATE destructions SET account = json_set(account, '$.role', 'admin') WHERE kind = 'account'"),
    ]);
    let fields: URLSearchParams | undefined = new URLSearchParams({ whom: 'all' });
    let page: Page | undefined;
    while (fields) {
      expect(fields.toString().length).toBeLessThan(12_000);
      const entries = [...new Set(fields.keys())].map((name) => [name, fields?.getAll(name) ?? []] as const);
      page = await admin.post(RESTORE, { fields: Object.fromEntries(entries) });
      expect(page.status).toBe(200);
      fields = nextFields(page, RESTORE);
    }
    expect(page?.text.match(/does not get back the role/g)).toHaveLength(10);
    expect(textOf(page?.text ?? '')).toContain('90 others did not get everything back either.');
    expect(await held()).toBe(0);
  });

  it('nobody is refused in a sentence, and changes nothing', async () => {
    await flood(1);
    const before = await dump();
    for (const fields of [{}, { user: 'x' }, { user: '0' }]) {
      const page = await admin.post(RESTORE, { fields });
      expect([page.status, page.text.includes('Nobody was selected.')]).toEqual([400, true]);
    }
    expect(await dump()).toEqual(before);
  });

  it('stops where the database fails, says so, and goes on by the same form', async () => {
    await flood(3);
    const broken = new Faults(({ binding, writes }) =>
      binding === 'DB' && writes ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined,
    );
    const page = await as(broken.over({ DB: env.DB }).DB).post(RESTORE, { fields: { whom: 'all' } });
    expect(page.status).toBe(503);
    expect(page.text).not.toContain('data-work');
    expect(await held()).toBe(3);
    const fields = nextFields(page, RESTORE);
    expect((await admin.post(RESTORE, { fields: Object.fromEntries(fields ?? []) })).text).toContain(
      'Restored: 3 people',
    );
  });

  it('does nothing for somebody whose session has ended', async () => {
    await flood(1);
    const { formToken } = admin;
    await env.DB.prepare('UPDATE sessions SET expires_at = 1').run();
    const before = await dump();
    expect((await admin.post(RESTORE, { fields: { whom: 'all' }, formToken })).location).toContain('sign-in');
    expect(await dump()).toEqual(before);
  });
});

describe('releasing', () => {
  const RELEASE = '/console/brake/release';

  /** The fields of the question, with the word typed into it. */
  async function answered(fields: Record<string, string>): Promise<Record<string, string>> {
    return withWord(await admin.post(RELEASE, { fields }));
  }

  function withWord({ text }: Page): Record<string, string> {
    const fields = [...text.matchAll(/<input type="hidden" name="(whom|user|upto|total)" value="([^"]*)"/g)];
    return { ...Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value])), confirmation: 'release' };
  }

  const heldIds = async () =>
    (
      await rows<{ id: string }>(
        "SELECT id FROM users WHERE seq IN (SELECT user_seq FROM destructions WHERE state = 'held') ORDER BY seq",
      )
    ).map(({ id }) => id);

  it('all takes nobody whom the question did not show, leaves the brake engaged then, and asks again', async () => {
    await flood(4);
    await admin.post('/console/brake/restore', { fields: { user: String(await seqOf(ids[3])) } });
    const answer = await answered({ whom: 'all' });
    await deactivateByOkta(portal, ids[3] ?? '');
    const again = await admin.post(RELEASE, { fields: answer });
    expect(textOf(again.text)).toContain(
      'Released: 3 people. Since you were asked, one person has been held besides. Nothing of theirs is destroyed',
    );
    expect(textOf(again.text)).toContain('Release one person?');
    expect(await heldIds()).toEqual([ids[3]]);
    expect((await brakeRow()).engagedAt).not.toBeNull();
    expect((await admin.post(RELEASE, { fields: withWord(again) })).location).toBe('/console/brake?done=released');
    expect([await heldIds(), (await brakeRow()).engagedAt]).toEqual([[], null]);
  });

  it('a person who came back and was deactivated again since loses only what the question showed', async () => {
    await flood(2);
    const answer = await answered({ user: String(await seqOf(ids[0])) });
    await admin.post('/console/brake/restore', { fields: { user: String(await seqOf(ids[0])) } });
    expect((await admin.post(RELEASE, { fields: answer })).location).toBe('/console/brake?done=unreleased');
    await deactivateByOkta(portal, ids[0] ?? '');
    const before = await dump();
    expect((await admin.post(RELEASE, { fields: answer })).location).toBe('/console/brake?done=unreleased');
    expect(await dump()).toEqual(before);
    expect(textOf(await brake('?done=unreleased'))).toContain('Nothing was released: what you were asked about');
  });

  it('what another admin restored meanwhile is told, of some and of all', async () => {
    await flood(3);
    const all = await answered({ whom: 'all' });
    await admin.post('/console/brake/restore', { fields: { user: String(await seqOf(ids[1])) } });
    expect((await admin.post(RELEASE, { fields: all })).location).toBe('/console/brake?done=fewer');
    expect(textOf(await brake('?done=fewer'))).toContain('Of the others nothing was held any more');
    expect((await admin.post(RELEASE, { fields: all })).location).toBe('/console/brake?done=unreleased');
    expect(await one('SELECT active FROM users WHERE id = ?', ids[1] ?? '')).toEqual({ active: 1 });
  });

  it('by one admin while another restores destroys of nobody what came back', async () => {
    await wideFlood(60);
    const fields = await answered({ whom: 'all' });
    const other = await signedIn(portal.sources, env, 'second@acme.example');
    await Promise.all([
      admin.post(RELEASE, { fields }),
      other.post('/console/brake/restore', { fields: { whom: 'all' } }),
    ]);
    const back = await rows(
      `SELECT u.id FROM users AS u JOIN destructions AS d ON d.user_seq = u.seq AND d.kind = 'account'
       WHERE u.active = 1 AND d.state <> 'cancelled'`,
    );
    expect(back).toEqual([]);
    expect(await held()).toBe(0);
  });

  it('without what the question showed asks, and changes nothing', async () => {
    await flood(1);
    const before = await dump();
    for (const more of [{}, { upto: '0' }, { upto: 'x' }]) {
      const page = await admin.post(RELEASE, { fields: { whom: 'all', confirmation: 'RELEASE', ...more } });
      expect([page.status, textOf(page.text).includes('Release one person?')]).toEqual([200, true]);
    }
    expect(await dump()).toEqual(before);
  });

  it('asks for the word first, and changes nothing without it', async () => {
    await flood(2);
    const before = await dump();
    const asked = await admin.post(RELEASE, { fields: { whom: 'all' } });
    expect([asked.status, textOf(asked.text).includes('Release 2 people?')]).toEqual([200, true]);
    for (const confirmation of ['', 'yes', 'RELEAS']) {
      const page = await admin.post(RELEASE, { fields: { ...withWord(asked), confirmation } });
      expect([page.status, page.text.includes('type RELEASE')]).toEqual([400, true]);
    }
    const chosen = await admin.post(RELEASE, { fields: { user: String(await seqOf(ids[0])) } });
    expect(textOf(chosen.text)).toContain(`Release one person?`);
    expect(chosen.text).toContain(`<li>${nth(1)}</li>`);
    expect(await dump()).toEqual(before);
  });

  it('one destroys what is theirs, and nobody else’s', async () => {
    await flood(2);
    const fields = await answered({ user: String(await seqOf(ids[0])) });
    expect((await admin.post(RELEASE, { fields })).location).toBe('/console/brake?done=released');
    await runCron(env, portal.sources);
    expect(await held()).toBe(1);
    expect((await brakeRow()).engagedAt).not.toBeNull();
    expect(await rows('SELECT id FROM files')).toEqual([]);
  });

  it('all goes in pieces, each with the word and what the question showed, and lifts the brake', async () => {
    await flood(2);
    await env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, account, created_at, due_at, state)
       SELECT 'account', 1000 + value, 1, 'c' || value, '{}', 1, 1, 'held' FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 600 }, (_, i) => i)))
      .run();
    const first = await admin.post(RELEASE, { fields: await answered({ whom: 'all' }) });
    expect(first.text).toContain('500 of 602 people are released.');
    expect((await brakeRow()).engagedAt).toBeNull();
    expect(await held()).toBe(102);
    const late = `INSERT INTO destructions (kind, user_seq, registration, cause, account, created_at, due_at, state)
       VALUES ('account', 9000, 1, 'late', '{}', 1, 1, 'held')`;
    await env.DB.prepare(late).run();
    const fields = Object.fromEntries(nextFields(first, RELEASE) ?? []);
    const again = await admin.post(RELEASE, { fields });
    expect(textOf(again.text)).toContain('Released: 602 people. Since you were asked, one person has been held');
    expect(await rows("SELECT user_seq FROM destructions WHERE state = 'held'")).toEqual([{ user_seq: 9000 }]);
    expect((await admin.post(RELEASE, { fields: withWord(again) })).location).toBe('/console/brake?done=released');
    expect(await held()).toBe(0);
  });

  it('says in a 503 that the database failed, and asks again', async () => {
    await flood(1);
    const before = await dump();
    const fields = await answered({ whom: 'all' });
    const broken = new Faults(({ nth: n }) =>
      n > 1 && n < 5 ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined,
    );
    const page = await as(broken.over({ DB: env.DB }).DB).post(RELEASE, { fields });
    expect(page.status).toBe(503);
    expect(await dump()).toEqual(before);
    const gone = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect((await as(gone.over({ DB: env.DB }).DB).post(RELEASE, { fields })).status).toBe(503);
  });
});

describe('lifting', () => {
  it('ends the brake and keeps what it holds', async () => {
    await flood(2);
    expect((await admin.post('/console/brake/lift')).location).toBe('/console/brake?done=lifted');
    expect([await held(), (await brakeRow()).engagedAt]).toEqual([2, null]);
    expect(textOf(await brake('?done=lifted'))).toContain('What it held stays held');
    expect((await admin.post('/console/brake/lift')).location).toBe('/console/brake?done=unlifted');
  });
});

/** A D1 that counts the statements sent to it. */
function queriesOf(db: D1Database): { readonly db: D1Database; readonly queries: () => number } {
  let count = 0;
  const counting = new Proxy(db, {
    get(target, name) {
      if (name === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          count += statements.length;
          return target.batch(statements);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db: counting, queries: () => count };
}

/** The tables as they were. */
async function setBack(state: JsonObject): Promise<void> {
  const inserts = Object.entries(state).flatMap(([table, found]) =>
    (found as JsonObject[]).map((row) => {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join();
      return env.DB.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${places})`).bind(...Object.values(row));
    }),
  );
  const tables = [...TABLES.filter((table) => table !== 'refusals'), 'portal'];
  await env.DB.batch([...tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)), ...inserts]);
}

/** Without what is drawn by lot, and by which request. */
function withoutIds(state: JsonObject): JsonObject {
  const entries = Object.entries(state).map(([table, found]) => [
    table,
    (found as JsonObject[]).map(({ mutation_id: _, request_id: __, ...row }) => row),
  ]);
  return Object.fromEntries(entries);
}

beforeEach(() => {
  ids = [];
});
