// Calls that never answer: the request ends in time with 503, and a write that got no answer does no harm, whether it took effect,
// takes effect later, or never.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { Faults, firstWrite, nth, type Plan } from '../support/faults.ts';
import { aMoment, untilOver } from '../support/flying-time.ts';
import { memberIds } from '../support/groups.ts';
import { dump } from '../support/portal.ts';
import {
  expectCountersTrue,
  expectScimError,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  patchOf,
  rows,
} from '../support/scim.ts';
import { BULK, CHANGES, CREATE, KINDS, type Kind, LEE, READS, sendUnder, type World, world } from './world.ts';

let here: World;
beforeEach(async () => {
  here = await world();
});

const D1_MS = 5_000;

/** Sends a request of which one call stalls. Holds that nothing is answered before that call's time is over or, where it comes
 * `behind` the answer, that the answer does not wait for it. */
async function sendStalled(faults: Faults, kind: Kind, { limitMs = D1_MS, behind = false } = {}) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let [isAnswered, isOver] = [false, false];
    const sending = sendUnder(faults, here, kind, () => {
      isAnswered = true;
    }).finally(() => {
      isOver = true;
    });
    await faults.struck;
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    await aMoment();
    expect([isAnswered, isOver]).toEqual([behind, false]);
    await vi.advanceTimersByTimeAsync(1);
    return await untilOver(faults, sending);
  } finally {
    vi.useRealTimers();
  }
}

async function expectCutOff(faults: Faults, kind: Kind): Promise<void> {
  const { reply } = await sendStalled(faults, kind);
  expectScimError(reply, { status: 503, detail: /busy.*try again/ });
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
}

const again = (kind: Kind) => sendUnder(() => undefined, here, kind);

/** What is stored, but for the journal's note that a write was abandoned. */
async function dumpWithoutNote() {
  const { journal, ...rest } = await dump();
  return { ...rest, journal: (journal as { type: string }[]).filter(({ type }) => type !== 'write.abandoned') };
}

const abandoned = () => rows("SELECT 1 FROM journal WHERE type = 'write.abandoned'");

describe('the first call of D1', () => {
  it.each(KINDS)('of $name that stalls is 503 after 5 seconds, and is not tried again', async (kind) => {
    const before = await dumpWithoutNote();
    const faults = new Faults(nth(1, { stalls: 'before' }, 'DB'));
    await expectCutOff(faults, kind);
    expect(await dumpWithoutNote()).toEqual(before);
    expect((await again(kind)).reply.status).toBe(kind.status);
  });
});

const WRITES = [CREATE, ...CHANGES];
/** What the client's repeat is told where the first try took effect. */
const REPEATED: Readonly<Record<string, number>> = { POST: 409, DELETE: 404 };

describe.each(WRITES)('the commit of $name', (kind) => {
  it('that took effect and never said so is 503; the repeat finds it done, and nothing is doubled', async () => {
    await again(kind);
    const wanted = await shape();
    here = await world();
    await expectCutOff(new Faults(firstWrite({ stalls: 'after' })), kind);
    expect((await again(kind)).reply.status).toBe(REPEATED[kind.method] ?? kind.status);
    expect(await shape()).toEqual(wanted);
    expect(await abandoned()).toEqual([]);
    await expectCountersTrue();
  });

  it('that would take effect behind the answer is kept from it, and the repeat does it once', async () => {
    const before = await dumpWithoutNote();
    const faults = new Faults(firstWrite({ stalls: 'until landed' }));
    await expectCutOff(faults, kind);
    expect(String(await faults.land())).toMatch(/UNIQUE constraint failed: journal.mutation_id|guard:/);
    expect(await dumpWithoutNote()).toEqual(before);
    expect(await abandoned()).toHaveLength(1);
    expect((await again(kind)).reply.status).toBe(kind.status);
    await expectCountersTrue();
  });

  it('that takes effect behind its own repeat, while D1 took no note of it, changes nothing', async () => {
    const faults = new Faults(stallThenFail());
    await expectCutOff(faults, kind);
    expect((await again(kind)).reply.status).toBe(kind.status);
    const [before, members] = [await shape(), await rows('SELECT * FROM group_members')];
    await faults.land();
    expect(await rows('SELECT * FROM group_members')).toEqual(members);
    // A membership needs no guard on the group's version, so that parallel ones lose none: such a PATCH counts once more.
    if (!kind.name.includes('member')) expect(await shape()).toEqual(before);
    await expectCountersTrue();
  });
});

/** How many rows of each kind there are, and the versions and states of users and groups. */
async function shape() {
  const count = (table: string) => rows(`SELECT count(*) AS n FROM ${table}`);
  return [
    await rows('SELECT id, version, active, registration, attributes FROM users ORDER BY seq'),
    await rows('SELECT display_name, version FROM groups ORDER BY seq'),
    await Promise.all(['journal', 'group_members', 'destructions', 'list_blocks'].map(count)),
    await rows('SELECT user_count, active_count FROM portal'),
  ];
}

/** The first write stalls, and nobody can take its mutation id: D1 is overloaded for whatever the request does then. */
function stallThenFail(): Plan {
  let stalled = false;
  return ({ binding, writes }) => {
    if (binding !== 'DB') return undefined;
    if (stalled) return { fails: 'D1 DB is overloaded', moment: 'before' };
    if (!writes) return undefined;
    stalled = true;
    return { stalls: 'until landed' };
  };
}

describe('what the identity provider has undone since does not come back', () => {
  it('neither a user created and deleted', async () => {
    const faults = new Faults(firstWrite({ stalls: 'until landed' }));
    await expectCutOff(faults, CREATE);
    await again(CREATE);
    expect((await here.portal.send('DELETE', '/Users/kim@acme.example')).status).toBe(204);
    await faults.land();
    expect((await here.portal.send('GET', '/Users/kim@acme.example')).status).toBe(404);
    expect((await journalOf('kim@acme.example')).map(({ type }) => type)).toEqual(['user.created', 'user.deleted']);
  });

  it('nor a member added and removed', async () => {
    const kind = CHANGES.find(({ name }) => name === 'a new member') ?? CREATE;
    const faults = new Faults(firstWrite({ stalls: 'until landed' }));
    await expectCutOff(faults, kind);
    await again(kind);
    await here.portal.send('PATCH', here.groupPath, patchOf({ op: 'remove', path: `members[value eq "${LEE}"]` }));
    await faults.land();
    expect(await memberIds(here.groupPath.slice('/Groups/'.length))).toEqual([JANE]);
  });

  it('nor a deactivation of somebody who came back', async () => {
    const kind = CHANGES.find(({ name }) => name === 'a deactivation') ?? CREATE;
    const faults = new Faults(stallThenFail());
    await expectCutOff(faults, kind);
    await again(kind);
    await here.portal.send('PUT', JANE_PATH, jane({ active: true }));
    await faults.land();
    expect((await here.portal.send('GET', JANE_PATH)).body).toMatchObject({
      active: true,
      name: { givenName: 'Jane' },
    });
    expect(await rows('SELECT kind FROM destructions')).toHaveLength(1);
  });
});

describe('a bulk request whose second commit stalls', () => {
  it('tells what went before, calls the rest 503, and lets nothing of it take effect later', async () => {
    let writes = 0;
    const faults = new Faults((call) => (call.writes && ++writes === 2 ? { stalls: 'until landed' } : undefined));
    const { reply } = await sendStalled(faults, BULK);
    const statuses = (body: { Operations: { status: string }[] }) => body.Operations.map(({ status }) => status);
    expect([reply.status, ...statuses(reply.body)]).toEqual([200, '201', '503', '503']);
    expect(String(await faults.land())).toContain('journal.mutation_id');
    expect(statuses((await again(BULK)).reply.body)).toEqual(['409', '200', '204']);
    await expectCountersTrue();
  });
});

describe('a KV that stalls', () => {
  it.each([...READS, CREATE])('holds $name up for a second and no more, then D1 decides', async (kind) => {
    isolateKeyCache.clear();
    const { reply } = await sendStalled(new Faults(nth(1, { stalls: 'before' }, 'SCIM_KEYS')), kind, {
      limitMs: 1_000,
    });
    expect(reply.status).toBe(kind.status);
  });
});

it('a call that stalls after the answer does not change the answer, nor hold it up', async () => {
  here.portal.sources.ms += 2 * 86_400_000;
  const faults = new Faults(({ binding, nth: n }) => (binding === 'DB' && n > 1 ? { stalls: 'before' } : undefined));
  const { reply } = await sendStalled(faults, READS[0] ?? CREATE, { behind: true });
  expect(reply.status).toBe(200);
});
