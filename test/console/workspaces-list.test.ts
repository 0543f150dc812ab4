// The list of workspaces: what each view shows, whose, in which order, page by page, and what asking costs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { addContent, DAY_MS } from '../support/lifecycle.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { addNamed, addPerson, archive, listedIds, textOf } from '../support/workspaces.ts';

let portal: Portal;
let admin: Visitor;
let jane: number;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  jane = await addPerson('jane.example@acme.example');
});

const now = () => portal.sources.ms;
const list = async (query: string) => {
  const page = await admin.get(`/console/workspaces?${query}`);
  expect(page.status).toBe(200);
  return page.text;
};

/** Every page from a query on, by the links of the pages. */
async function walk(query: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  for (let path: string | undefined = `?${query}`; path !== undefined && pages < 200; pages++) {
    const html = await list(path.slice(path.indexOf('?') + 1));
    ids.push(...listedIds(html));
    path = /<a href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  }
  return { ids, pages };
}

async function manyWorkspaces(): Promise<void> {
  const people = await Promise.all(Array.from({ length: 4 }, (_, i) => addPerson(`many${i}@acme.example`)));
  for (const seq of people) await addNamed(seq, 5_000, 'Bulk');
}

describe('the views', () => {
  it('of an empty portal say what will be there', async () => {
    const titles = [
      'There are no active workspaces',
      'No workspace is archived',
      'Nothing is on hold',
      'No workspace was deleted yet',
    ];
    for (const [i, state] of ['active', 'archived', 'held', 'deleted'].entries()) {
      expect(await list(`state=${state}`)).toContain(titles[i]);
    }
  });

  it('show each workspace where it belongs, with its owner and what it holds', async () => {
    const [open = '', waiting = '', kept = '', gone = ''] = await addNamed(jane, 4);
    await addContent({ table: 'files', ownerSeq: jane, workspaceId: open, count: 3, objects: false });
    await addContent({ table: 'messages', ownerSeq: jane, workspaceId: open, count: 1, objects: false });
    await archive([waiting], jane, now(), { dueInDays: 2 });
    await archive([kept], jane, now(), { dueInDays: 5, state: 'held', heldBy: 'both' });
    await archive([gone], jane, now());
    await env.DB.prepare("UPDATE workspaces SET state = 'deleted', deleted_at = ? WHERE id = ?")
      .bind(now(), gone)
      .run();
    expect(listedIds(await list(''))).toEqual([open]);
    expect(textOf(await list('state=active'))).toContain('3 files, 1 message 40 bytes');
    const archived = await list('state=archived');
    expect(listedIds(archived)).toEqual([waiting, kept]);
    expect(archived).toMatch(/<span class="tag soon"><time [^>]+>2 days left<\/time>/);
    expect(textOf(archived)).toContain('Legal hold and the brake');
    expect(archived).toContain(`href="/console/users/${jane}"`);
    expect(listedIds(await list('state=held'))).toEqual([kept]);
    expect(listedIds(await list('state=deleted'))).toEqual([gone]);
    expect(await list('state=deleted')).not.toContain('type="checkbox"');
  });

  it('mark owners who are deactivated or removed', async () => {
    await addNamed(jane, 1);
    await env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(jane).run();
    expect(await list('')).toContain('<span class="tag">Deactivated</span>');
    await env.DB.prepare('UPDATE users SET removed_at = 1 WHERE seq = ?').bind(jane).run();
    expect(await list('')).toContain('<span class="tag">Removed</span>');
  });

  it('show names as text, never as markup', async () => {
    const [id = ''] = await addNamed(jane, 1);
    await env.DB.prepare('UPDATE workspaces SET name = ?').bind('<script>alert(1)</script>"\u202e').run();
    await env.DB.prepare("UPDATE users SET user_name = '<b>jane' WHERE seq = ?").bind(jane).run();
    for (const path of [
      '/console/workspaces',
      `/console/workspaces/${id}`,
      `/console/workspaces/change?do=transfer&w=${id}`,
    ]) {
      const { text } = await admin.get(path);
      expect(text).toContain('&lt;script&gt;');
      expect(text).toContain('&lt;b&gt;jane');
      expect(text).not.toMatch(/<script>|<b>|\u202e/);
    }
  });

  it.each([
    [-1, 'due now'],
    [1, '1 hour left'],
    [DAY_MS - 1, '24 hours left'],
    [DAY_MS, '1 day left'],
    [29.5 * DAY_MS, '30 days left'],
  ])('of one that is due in %d ms say: %s', async (ms, text) => {
    await archive(await addNamed(jane, 1), jane, now(), { dueInDays: ms / DAY_MS });
    expect(textOf(await list('state=archived'))).toContain(text);
  });
});

describe('narrowing', () => {
  it('by owner, by number or by name as typed, shows all of theirs and nobody else’s', async () => {
    const mine = await addNamed(jane, 3);
    await addNamed(await addPerson('john.example@acme.example'), 3, 'Other');
    await archive(mine.slice(0, 1), jane, now(), { state: 'held', heldBy: 'admin' });
    for (const who of [`owner=${jane}`, 'of=JANE.example%40acme.example']) {
      expect(listedIds(await list(who))).toEqual([mine[2], mine[1]]);
      expect(listedIds(await list(`state=archived&${who}`))).toEqual([mine[0]]);
      expect(listedIds(await list(`state=held&${who}`))).toEqual([mine[0]]);
      expect(await list(`state=deleted&${who}`)).toContain(
        'There are no deleted workspaces of jane.example@acme.example.',
      );
    }
    expect(await list('of=nobody')).toContain('There is no user nobody');
  });

  it('by part of the name, in any case', async () => {
    const [first] = await addNamed(jane, 2);
    expect(listedIds(await list('q=PLAN+1'))).toEqual([first]);
    expect(await list('q=100%25')).toContain('Nothing found');
  });

  it('by what cannot be read narrows nothing', async () => {
    const ids = await addNamed(jane, 1);
    for (const odd of ['state=x', 'owner=-1&of=', 'after=all.x', 'owner=99999999999999999', 'q=%00']) {
      expect(listedIds(await list(odd))).toEqual(ids);
    }
  });
});

describe('page by page', () => {
  it('every workspace is listed exactly once, in every view', async () => {
    const john = await addPerson('john.example@acme.example');
    const ids = [...(await addNamed(jane, 260)), ...(await addNamed(john, 60, 'Other'))];
    await archive(ids.slice(0, 120), jane, now(), { dueInDays: 9 });
    await archive(ids.slice(260, 300), john, now(), { dueInDays: 3 });
    await archive(ids.slice(120, 190), jane, now(), { state: 'held', heldBy: 'admin' });
    const gone = ids.slice(190, 245);
    await archive(gone, jane, now());
    await env.DB.prepare(
      "UPDATE workspaces SET state = 'deleted', deleted_at = 1 WHERE id IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify(gone))
      .run();
    const active = [...ids.slice(245, 260), ...ids.slice(300)];
    expect((await walk('state=active')).ids).toEqual(active.toReversed());
    const archived = await walk('state=archived');
    expect(archived.ids).toEqual([...ids.slice(260, 300), ...ids.slice(0, 120), ...ids.slice(120, 190)]);
    expect(archived.pages).toBe(5);
    expect((await walk('state=held')).ids).toEqual(ids.slice(120, 190));
    expect((await walk('state=deleted')).ids.toSorted()).toEqual(gone.toSorted());
    expect((await walk(`state=archived&owner=${jane}`)).ids).toEqual(ids.slice(0, 190).toReversed());
  });

  it('what is rare among many is reached by looking further', async () => {
    const [needle] = await addNamed(jane, 1, 'Needle');
    await manyWorkspaces();
    const { ids, pages } = await walk('q=needle');
    expect(ids).toEqual([needle]);
    expect(pages).toBe(3);
  });
});

describe('what it costs', () => {
  const costOf = async (path: string) => {
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect((await same.get(path)).status).toBe(200);
    return cost;
  };

  it('is one call of D1 and bounded rows with 20,000 workspaces, in every view', async () => {
    await manyWorkspaces();
    const few = await addNamed(jane, 3);
    await archive(few, jane, now());
    const owner = `owner=${jane + 1}`;
    const costs: Record<string, number> = {};
    for (const query of [
      'state=active',
      'state=archived',
      'state=held',
      'state=deleted',
      owner,
      `state=archived&${owner}`,
      'q=nothing',
    ]) {
      const cost = await costOf(`/console/workspaces?${query}`);
      expect(cost.calls, query).toBe(1);
      costs[query] = cost.rowsRead;
      expect(cost.rowsRead, query).toBeLessThanOrEqual(query.startsWith('q') ? 21_000 : 2_500);
    }
    console.log('Rows read by the list of 20,000 workspaces:', JSON.stringify(costs));
  });

  it('is two calls for one workspace, and one for the page of a change of 200', async () => {
    await manyWorkspaces();
    const ids = await addNamed(jane, 200);
    await env.DB.prepare(
      `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
       SELECT 'm' || value, 'workspace.created', iif(value = 59000, ?1, 'other'), 'cli', '[]', 1 FROM json_each(?2)`,
    )
      .bind(ids[0], JSON.stringify(Array.from({ length: 60_000 }, (_, i) => i)))
      .run();
    const one = await costOf(`/console/workspaces/${ids[0]}`);
    const many = await costOf(
      `/console/workspaces/change?${new URLSearchParams([['do', 'transfer'], ...ids.map((id) => ['w', id])])}`,
    );
    console.log(`Rows read of one workspace: ${one.rowsRead}; of a change of 200: ${many.rowsRead}`);
    expect([one.calls, many.calls]).toEqual([2, 1]);
    expect(one.rowsRead).toBeLessThanOrEqual(50_100);
    expect(many.rowsRead).toBeLessThanOrEqual(2_000);
  });

  it('is bounded where the ledger has 3,000 open rows without workspaces', async () => {
    await env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
       SELECT 'user_content', value, 1, 'c', 1, 1, iif(value % 2, 'held', 'pending') FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 6_000 }, (_, i) => i)))
      .run();
    const [id] = await addNamed(jane, 1);
    await archive([id ?? ''], jane, now());
    const cost = await costOf('/console/workspaces?state=archived');
    expect(cost.rowsRead).toBeLessThanOrEqual(8_500);
    expect((await walk('state=archived')).ids).toEqual([id]);
  });
});
