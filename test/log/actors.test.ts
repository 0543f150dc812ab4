// Who did something, where two people have a part in it: an admin, and the service account that the admin acted for. Both are told
// by their names wherever an actor is told, and nobody's userName passes for somebody else's deed.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../../src/api/events.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { actorOf } from '../../src/auth/session.ts';
import { holdDestructions } from '../../src/lifecycle/holds.ts';
import { destructionOf } from '../../src/lifecycle/receipts.ts';
import { explain } from '../../src/log/explain.ts';
import { readLog } from '../../src/log/provisioning-log.ts';
import { enqueueAdminMail } from '../../src/outbox/enqueue.ts';
import { actorSql, actorText, readActor } from '../../src/storage/actor.ts';
import { insertJournal } from '../../src/storage/journal.ts';
import { unwrap } from '../support/lifecycle.ts';
import { addDone } from '../support/log.ts';
import { mailCron, watchMails } from '../support/mails.ts';
import { addAccount, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { JANE, make, one } from '../support/scim.ts';

const ADMIN = 'admin@acme.example';
const ACCOUNT = 'scim-admin@acme.example';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await addAccount('password', ADMIN, 'admin');
});

const write = (actor: string, type: 'user.updated' | 'user.admin_granted' = 'user.updated') =>
  env.DB.batch([
    insertJournal(
      env.DB,
      { mutationId: `m ${actor}`, type, subject: JANE, actor, attributes: ['title'] },
      portal.sources.ms,
    ),
  ]);

const newest = async () => {
  const [entry] = unwrap(await readLog(env.DB, { limit: 1 })).entries;
  if (!entry) throw new Error('the log is empty');
  return entry;
};

describe('what is written', () => {
  const id = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: fc.constantFrom('a', ' ', 's', ' as ', "'"), minLength: 1, maxLength: 6 }),
    fc.constantFrom('cli', 'cron', 'demo', 'as', ' as ', 'a as b', '0123456789ab', ADMIN),
  );
  const account = fc.string({ unit: fc.constantFrom('a', 's', '@', '.'), minLength: 1 });

  it('is read as the same people again, whatever the ids are, and so it is in SQL', async () => {
    const actors = fc.array(fc.tuple(id, fc.option(account)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(actors, async (people) => {
        const texts = people.map(([userId, actingId]) => actorText(userId, actingId));
        for (const [i, [userId, actingFor]] of people.entries()) {
          const read = readActor(texts[i] ?? '');
          expect([read.id, read.actingFor ?? null]).toEqual([userId, actingFor]);
        }
        const sql = actorSql('value');
        const { results } = await env.DB.prepare(
          `SELECT ${sql.id} AS id, ${sql.actingFor} AS actingFor FROM json_each(?)`,
        )
          .bind(JSON.stringify(texts))
          .all<{ id: string; actingFor: string | null }>();
        expect(results.map(({ id: userId, actingFor }) => [userId, actingFor])).toEqual(people);
      }),
      { numRuns: 60 },
    );
  });

  it('is a plain id where that looks like nothing else, and both ids while acting for an account', () => {
    expect(actorOf({ userId: ADMIN, actingId: null })).toBe(ADMIN);
    expect(actorOf({ userId: ADMIN, actingId: ACCOUNT })).toBe(`${ADMIN} as ${ACCOUNT}`);
  });

  it.each(['cli', 'cron', '0123456789ab', `${ADMIN} as ${ACCOUNT}`])(
    'of a user called %s is never read as that',
    (id) => {
      const text = actorOf({ userId: id, actingId: null });
      expect(text).not.toBe(id);
      expect(readActor(text)).toEqual({ id, isPerson: true });
    },
  );
});

describe('the log', () => {
  it('tells both people by their names', async () => {
    await write(`${ADMIN} as ${ACCOUNT}`);
    const entry = await newest();
    expect(explain(entry).sentence).toBe(`${ADMIN} acting for ${ACCOUNT} changed title of the user ${JANE}.`);
    expect(entry).toMatchObject({ person: { userName: ADMIN }, actingFor: { userName: ACCOUNT } });
  });

  it('tells them by their names where ids are opaque', async () => {
    await env.DB.batch([
      env.DB.prepare("UPDATE users SET id = 'f00d' WHERE user_name = ?").bind(ADMIN),
      env.DB.prepare("UPDATE users SET id = 'beef' WHERE user_name = ?").bind(ACCOUNT),
    ]);
    await write('f00d as beef');
    expect(explain(await newest()).sentence).toContain(`${ADMIN} acting for ${ACCOUNT} changed`);
    await write('f00d');
    expect(explain(await newest()).sentence).toContain(`${ADMIN} changed`);
  });

  it('tells accounts that are acted for, and whose destruction is held, by their names where ids are opaque', async () => {
    await env.DB.prepare("UPDATE users SET id = 'beef' WHERE user_name = ?").bind(ACCOUNT).run();
    await addDone([
      { type: 'impersonation.began', subject: 'beef', actor: ADMIN },
      { type: 'destruction.held', subject: 'beef', actor: ADMIN },
      { type: 'destruction.held', subject: '12', actor: ADMIN },
    ]);
    const { entries } = unwrap(await readLog(env.DB, { limit: 3 }));
    expect(entries.map((entry) => explain(entry).sentence)).toEqual([
      `${ADMIN} put destruction 12 on hold: nothing of it is deleted.`,
      `${ADMIN} put the destruction of what belongs to ${ACCOUNT} on hold: nothing of it is deleted.`,
      `${ADMIN} began to act for the service account ${ACCOUNT}.`,
    ]);
  });

  it('of events keeps both ids, as they were written', async () => {
    await write(`${ADMIN} as ${ACCOUNT}`);
    const { events } = unwrap(await readEvents(env.DB, { after: 0, limit: 100 }));
    expect(events.at(-1)?.actor).toBe(`${ADMIN} as ${ACCOUNT}`);
  });

  it('keeps the ids of people who are not known any more', async () => {
    await write('gone as gone-too');
    expect(explain(await newest()).sentence).toMatch(/^gone acting for gone-too changed/);
  });

  it.each(['cli', 'cron'])('a user called %s is not taken for it, nor it for the user', async (word) => {
    await addAccount('saml', word, 'admin');
    await write(actorText(word, null));
    expect((await newest()).person?.userName).toBe(word);
    expect(explain(await newest()).sentence).toContain(`${word} changed`);
    await write(word);
    expect((await newest()).person).toBeUndefined();
  });

  it('a user whose id is that of a key is not taken for the key', async () => {
    await addAccount('saml', portal.keyId, 'admin');
    await write(actorText(portal.keyId, null));
    expect(await newest()).toMatchObject({ person: { userName: portal.keyId } });
    expect(await newest()).not.toHaveProperty('key');
    await write(portal.keyId);
    expect((await newest()).key).toEqual({ label: 'test', owner: ACCOUNT });
  });

  it('two people with the longest names are cut, so that a sentence stays one', async () => {
    const long = (letter: string) => `${letter.repeat(200)}@acme.example`;
    await write(`${long('a')} as ${long('b')}`);
    expect(explain(await newest()).sentence.length).toBeLessThanOrEqual(300);
  });
});

it('the ledger and its receipts tell both people', async () => {
  const { id } = await make(portal);
  const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id);
  unwrap(await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Plans' }));
  await portal.send('DELETE', `/Users/${id}`);
  unwrap(await holdDestructions({ db: env.DB, sources: portal.sources, actor: 'cli' }, 'all'));
  await env.DB.prepare('UPDATE destructions SET actor = ?').bind(`${ADMIN} as ${ACCOUNT}`).run();
  const row = unwrap(await destructionOf(env.DB, 1));
  expect([row.actorName, row.actingForName, row.keyLabel]).toEqual([ADMIN, ACCOUNT, null]);
});

describe('a mail', () => {
  const told = async (actor: string): Promise<string> => {
    const watched = watchMails(portal);
    await env.DB.batch([
      enqueueAdminMail(env.DB, {
        kind: 'admin_granted',
        mutationId: `m ${actor}`,
        subject: JANE,
        actor,
        nowMs: START_MS,
      }),
    ]);
    await mailCron(watched.portal);
    return (watched.mail.accepted.at(-1)?.text ?? '').replace(/\s+/g, ' ');
  };

  it('names both people, and whom to ask', async () => {
    const text = await told(`${ADMIN} as ${ACCOUNT}`);
    expect(text).toContain(`By: ${ADMIN} acting for ${ACCOUNT}`);
    expect(text).toContain(`Ask ${ADMIN}, who made the change.`);
  });

  it('names one person by the userName where ids are opaque', async () => {
    await env.DB.prepare("UPDATE users SET id = 'f00d' WHERE user_name = ?").bind(ADMIN).run();
    expect(await told('f00d')).toContain(`By: ${ADMIN} `);
  });

  it('does not take a user called cli for the command line, nor the other way round', async () => {
    await addAccount('saml', 'cli', 'admin');
    expect(await told(actorText('cli', null))).toContain('By: cli ');
    expect(await told('cli')).toContain('By: the command line of the deployment');
  });
});
