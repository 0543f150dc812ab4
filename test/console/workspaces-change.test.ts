// What is done with workspaces from the console: each action to its end in D1 and R2 after the cron, all of a selection or none of it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { noteArchived } from '../../src/lifecycle/archived-events.ts';
import { workspacePrefix } from '../../src/lifecycle/content-keys.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { always, Faults, firstWrite } from '../support/faults.ts';
import { addContent, DAY_MS, objectKeys, rowsOf } from '../support/lifecycle.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { addNamed, addPerson, archive, emptyBucket, textOf } from '../support/workspaces.ts';

const HEIR = 'john.example@acme.example';
const CHANGE = '/console/workspaces/change';

let portal: Portal;
let admin: Visitor;
let jane: number;
let john: number;
beforeEach(async () => {
  await emptyBucket();
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  jane = await addPerson('jane.example@acme.example');
  john = await addPerson(HEIR);
});

const now = () => portal.sources.ms;
type Fields = Readonly<Record<string, string | readonly string[]>>;
const post = (fields: Fields) => admin.post(CHANGE, { fields });
const ask = (action: string, ids: readonly string[], more = '') =>
  admin.get(`${CHANGE}?${new URLSearchParams([['do', action], ...ids.map((id) => ['w', id])])}${more}`);
const stateOf = async (id: string) => {
  const [row] = await rowsOf<{ state: string; owner_seq: number }>(
    'SELECT state, owner_seq FROM workspaces WHERE id = ?',
    id,
  );
  return row;
};

/** Leaves Jane with archived workspaces, each with a file; she is inactive then. */
async function left(count: number, options: Parameters<typeof archive>[3] = {}): Promise<string[]> {
  const ids = await addNamed(jane, count);
  for (const workspaceId of ids) await addContent({ table: 'files', ownerSeq: jane, workspaceId, count: 1 });
  await archive(ids, jane, now(), options);
  await noteArchived(env.DB);
  await env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(jane).run();
  return ids;
}

/** A month later, after two runs of the cron, signed in again. */
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

describe('restoring', () => {
  it('of somebody who left asks for a new owner, and lets what is restored live on while the rest goes', async () => {
    const [kept = '', gone = ''] = await left(2);
    const page = await unchangedBy(() => ask('restore', [kept]));
    expect(textOf(page.text)).toContain('jane.example@acme.example is not active and cannot own workspaces');
    expect(page.text).not.toContain('method="post" action="/console/workspaces/change"');
    const ready = await ask('restore', [kept], `&to=${HEIR.toUpperCase()}`);
    expect(textOf(ready.text)).toContain(`1 workspace becomes active again and goes to Jane Example (${HEIR}).`);
    const done = await post({ do: 'restore', w: kept, to: HEIR });
    expect(done.location).toBe(`/console/workspaces/${kept}?done=restore&n=1`);
    expect(await stateOf(kept)).toEqual({ state: 'active', owner_seq: john });
    await aMonthLater();
    expect([await stateOf(kept), await stateOf(gone)]).toMatchObject([{ state: 'active' }, { state: 'deleted' }]);
    expect(await objectKeys('workspace/')).toEqual([expect.stringContaining(workspacePrefix(kept))]);
    expect(textOf((await admin.get(`/console/workspaces/${gone}`)).text)).toContain('The content is gone for good');
  });

  it('gives them back to an owner who is active, without a question', async () => {
    const ids = await left(3);
    await env.DB.prepare('UPDATE users SET active = 1 WHERE seq = ?').bind(jane).run();
    expect(textOf((await ask('restore', ids)).text)).toContain(
      '3 workspaces become active again and stay with their owners.',
    );
    const done = await post({ do: 'restore', w: ids, from: `state=archived&owner=${jane}` });
    expect(done.location).toBe(`/console/workspaces?state=archived&owner=${jane}&done=restore&n=3`);
    expect(textOf((await admin.get(done.location ?? '')).text)).toContain('3 workspaces are restored and open again.');
  });

  it('does what the page says, and nothing typed beside its button: an owner is named on a page of its own', async () => {
    const ids = await left(1);
    await env.DB.prepare('UPDATE users SET active = 1 WHERE seq = ?').bind(jane).run();
    const hasField = (page: Page) => page.text.includes('name="to" type="text"');
    const hasButton = (page: Page) => page.text.includes('method="post" action="/console/workspaces/change"');
    for (const more of ['', '&ask=owner', `&to=${HEIR}`, '&to=nobody', `&to=${HEIR}&ask=owner`]) {
      const page = await ask('restore', ids, more);
      expect([more, hasField(page)]).toEqual([more, !hasButton(page)]);
    }
  });

  it('ends a legal hold only where that is ticked', async () => {
    const [id = ''] = await left(1, { state: 'held', heldBy: 'admin' });
    const page = await ask('restore', [id], `&to=${HEIR}`);
    expect(page.text).toContain('name="endHold"');
    const refused = await unchangedBy(() => post({ do: 'restore', w: id, to: HEIR }));
    expect([refused.status, textOf(refused.text)]).toEqual([400, expect.stringContaining('is under legal hold')]);
    await post({ do: 'restore', w: id, to: HEIR, endHold: 'yes' });
    expect(await stateOf(id)).toEqual({ state: 'active', owner_seq: john });
  });
});

describe('handing over', () => {
  it('changes the owner, and neither state nor date', async () => {
    const [archived = ''] = await left(1, { dueInDays: 12 });
    const [open = ''] = await addNamed(jane, 1, 'Open');
    const due = () => rowsOf('SELECT due_at FROM destructions AS d JOIN workspaces AS w ON w.destruction_seq = d.seq');
    const before = await due();
    await post({ do: 'transfer', w: [archived, open], to: HEIR });
    expect([await stateOf(archived), await stateOf(open)]).toEqual([
      { state: 'archived', owner_seq: john },
      { state: 'active', owner_seq: john },
    ]);
    expect(await due()).toEqual(before);
  });

  it.each([
    ['nobody@acme.example', 'There is no active user called “nobody@acme.example”.'],
    ['jane.example@acme.example', 'is not active and cannot own workspaces'],
    ['scim-admin@acme.example', 'is a service account, which nobody signs in to'],
  ])('to %s is not offered, nor done when it is posted all the same', async (to, sentence) => {
    const ids = await left(2);
    const page = await ask('transfer', ids, `&to=${to}`);
    expect(textOf(page.text)).toContain(sentence);
    const refused = await unchangedBy(() => post({ do: 'transfer', w: ids, to }));
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('role="alert"');
  });

  it('proposes people whose names begin with what was typed, and nobody who cannot own', async () => {
    const ids = await left(1);
    await addAccount('service', 'j-robot@acme.example');
    const { text } = await ask('transfer', ids, '&to=J');
    const proposed = [...text.matchAll(/to=([^&"]+)/g)].map(([, name = '']) => decodeURIComponent(name));
    expect(proposed).toEqual([HEIR]);
  });

  it('of all that somebody has takes 200 at a time, and says so', async () => {
    const ids = await addNamed(jane, 230);
    const page = await admin.get(`${CHANGE}?do=transfer&all=${jane}&to=${HEIR}`);
    expect(textOf(page.text)).toContain('These are the first 200');
    const w = [...page.text.matchAll(/name="w" value="([^"]+)"/g)].map(([, id = '']) => id);
    const first = [...new Set(w)];
    expect(first).toEqual(ids.slice(0, 200));
    expect((await post({ do: 'transfer', w: first, to: HEIR })).status).toBe(303);
    expect(await rowsOf('SELECT count(*) AS n FROM workspaces WHERE owner_seq = ?', john)).toEqual([{ n: 200 }]);
  });

  it('of 200 whose ids are as long as ours fits into one form, and of 201 is refused in a sentence', async () => {
    const ids = Array.from({ length: 201 }, (_, i) => String(i).padStart(32, '0'));
    await env.DB.prepare(
      "INSERT INTO workspaces (id, owner_seq, name, state, created_at) SELECT value, ?, 'P', 'active', 1 FROM json_each(?)",
    )
      .bind(jane, JSON.stringify(ids))
      .run();
    const refused = await unchangedBy(() => post({ do: 'transfer', w: ids, to: HEIR, from: 'state=active' }));
    expect(textOf(refused.text)).toContain('Select at most 200 workspaces at a time.');
    expect((await post({ do: 'transfer', w: ids.slice(1), to: HEIR, from: 'state=active' })).status).toBe(303);
  });
});

describe('holding and releasing', () => {
  it('keeps what is held past its date; once released and confirmed, it goes', async () => {
    const [held = '', gone = ''] = await left(2);
    expect(textOf((await ask('hold', [held])).text)).toContain('stays archived and is not deleted, past the date too');
    await post({ do: 'hold', w: held });
    await aMonthLater();
    expect([await stateOf(held), await stateOf(gone)]).toMatchObject([{ state: 'archived' }, { state: 'deleted' }]);
    const page = await ask('release', [held]);
    expect(textOf(page.text)).toContain(
      '1 workspace is overdue and will be deleted for good within minutes of the release: “Plan 1”.',
    );
    for (const confirmation of ['', 'release']) {
      const refused = await unchangedBy(() => post({ do: 'release', w: held, confirmation }));
      expect([refused.status, textOf(refused.text)]).toEqual([
        400,
        expect.stringContaining('type delete into the field'),
      ]);
    }
    expect((await post({ do: 'release', w: held, confirmation: 'Delete' })).status).toBe(303);
    await runCron(portal.env, portal.sources);
    expect(await stateOf(held)).toMatchObject({ state: 'deleted' });
    expect(await objectKeys('workspace/')).toEqual([]);
  });

  it('of what is not overdue needs no typing, and beside the brake leaves that in force', async () => {
    const [id = ''] = await left(1, { state: 'held', heldBy: 'both', dueInDays: -1 });
    expect((await post({ do: 'release', w: id })).status).toBe(303);
    expect(await rowsOf('SELECT state, held_by FROM destructions WHERE state <> ?', 'cancelled')).toEqual([
      { state: 'held', held_by: null },
    ]);
  });
});

describe('a selection is changed as a whole or not at all', () => {
  it('where one is active and cannot be held', async () => {
    const ids = [...(await left(2)), ...(await addNamed(jane, 1, 'Open'))];
    const page = await ask('hold', ids);
    expect(textOf(page.text)).toContain('Open 1 is active, so nothing of it is due to be deleted.');
    const onwards = /href="([^"]+)">\s*Go on with the other/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(new URL(onwards, 'https://x').searchParams.getAll('w')).toEqual(ids.slice(0, 2));
    const refused = await unchangedBy(() => post({ do: 'hold', w: ids }));
    expect([refused.status, textOf(refused.text)]).toEqual([
      400,
      expect.stringContaining('Only archived workspaces can be held.'),
    ]);
  });

  it('where one was deleted since the page was made, or is being deleted', async () => {
    const ids = await left(2);
    for (const gone of ["deleted_at = 1, state = 'deleted'", "deleted_at = NULL, state = 'deleted'"]) {
      await env.DB.prepare(`UPDATE workspaces SET ${gone} WHERE id = ?`).bind(ids[1]).run();
      for (const action of ['restore', 'transfer', 'hold', 'release']) {
        const refused = await unchangedBy(() => post({ do: action, w: ids, to: HEIR, confirmation: 'delete' }));
        expect(refused.status).toBe(400);
        expect(textOf(refused.text)).toContain('Plan 2');
      }
    }
  });

  it('where one is not there at all', async () => {
    const ids = await left(1);
    const refused = await unchangedBy(() => post({ do: 'hold', w: [...ids, 'nothing-of-ours'] }));
    expect([refused.status, textOf(refused.text)]).toEqual([404, expect.stringContaining('nothing-of-ours')]);
  });

  it('where the new owner is deactivated between the page and the form', async () => {
    const ids = await left(1);
    await env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(john).run();
    expect((await unchangedBy(() => post({ do: 'restore', w: ids, to: HEIR }))).status).toBe(400);
  });
});

describe('whatever else is sent', () => {
  it.each([
    {},
    { do: 'delete', w: 'x' },
    { do: 'hold' },
    { do: 'hold', w: '' },
    { do: 'transfer', w: 'x' },
  ] as Fields[])('%j changes nothing', async (fields) => {
    await left(1);
    const page = await unchangedBy(() => post(fields));
    expect([400, 404]).toContain(page.status);
  });

  it('never leads to another site', async () => {
    const ids = await left(2);
    const done = await post({ do: 'hold', w: ids, from: 'https://evil.example/?state=active&next=//evil.example' });
    expect(done.location).toBe('/console/workspaces?state=active&done=hold&n=2');
  });
});

describe('while the database fails', () => {
  const through = (faults: Faults) => {
    const same = new Visitor(portal.sources, faults.over({ ...portal.env }));
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    same.formToken = admin.formToken;
    return same;
  };
  const down = { fails: 'D1 DB is overloaded. Requests queued for too long.', moment: 'before' } as const;

  it('nothing is changed, and the page says so', async () => {
    const ids = await left(2);
    await ask('hold', ids);
    const faults = new Faults(firstWrite(down));
    const page = await unchangedBy(() => through(faults).post(CHANGE, { fields: { do: 'hold', w: ids } }));
    expect(page.status).toBe(503);
    const all = new Faults(always(down, 'DB'));
    expect((await through(all).get('/console/workspaces')).status).toBe(503);
  });
});
