// Every error that D1 documents, through the whole Worker: a transient one is repeated and never doubles a write, load is shed,
// and none of them looks like a missing key or a missing user.
import { beforeEach, describe, expect, it } from 'vitest';
import { always, type Fault, firstWrite, nth, type Plan } from '../support/faults.ts';
import { dump } from '../support/portal.ts';
import { expectCountersTrue, expectScimError, jane, journalOf, rows } from '../support/scim.ts';
import { BULK, CREATE, KINDS, type Kind, sendUnder, type World, world } from './world.ts';

let here: World;
beforeEach(async () => {
  here = await world();
});

const TRANSIENT = [
  'Network connection lost.',
  'D1 DB reset because its code was updated.',
  'Internal error while starting up D1 DB storage caused object to be reset.',
  'Internal error in D1 DB storage caused object to be reset.',
  'Cannot resolve D1 DB due to transient issue on remote node.',
  "Can't read from request stream because client disconnected.",
];
const OVERLOADED = [
  'D1 DB is overloaded. Requests queued for too long.',
  'D1 DB is overloaded. Too many requests queued.',
  'D1 DB storage operation exceeded timeout which caused object to be reset.',
  'Your query has exceeded its memory limit.',
  'D1 DB exceeded its CPU time limit and was reset.',
];
const SECRET = 'no such column: secret_internal_name at offset 7';

const early = (text: string): Fault => ({ fails: `D1_ERROR: ${text}`, moment: 'before' });
const lost: Fault = { fails: 'D1_ERROR: Network connection lost.', moment: 'after' };
const dbIs = (fault: Fault): Plan => always(fault, 'DB');

describe.each(KINDS)('$name', (kind) => {
  it.each(TRANSIENT)('survives "%s" once', async (text) => {
    const { reply } = await sendUnder(nth(1, early(text), 'DB'), here, kind);
    expect(reply.status, JSON.stringify(reply.body)).toBe(kind.status);
    await expectCountersTrue();
  });

  it.each([
    ['after three tries while the fault is one that passes', TRANSIENT, 3],
    ['at once, without a second try, where D1 sheds load', OVERLOADED, 1],
  ])('is 503 with Retry-After and changes nothing, %s', async (_when, texts, tries) => {
    const before = await dump();
    const answers = await Promise.all(texts.map((text) => sendUnder(dbIs(early(text)), here, kind)));
    for (const [i, { reply, asked }] of answers.entries()) {
      const text = texts[i];
      expect([text, reply.status, asked.length]).toEqual([text, 503, tries]);
      expectScimError(reply, { status: 503, detail: /busy.*try again/ });
      expect(reply.headers.get('retry-after')).toBe('5');
    }
    expect(await dump()).toEqual(before);
  });

  it('is 500 with an id for a fault that nobody knows, whose text stays inside', async () => {
    const before = await dump();
    const { reply, asked } = await sendUnder(dbIs(early(SECRET)), here, kind);
    expect([reply.status, asked.length]).toEqual([500, 1]);
    expectScimError(reply, { status: 500 });
    expect(JSON.stringify(reply.body)).not.toMatch(/secret_internal_name|D1_ERROR/);
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(await dump()).toEqual(before);
  });
});

describe('a write whose commit fails', () => {
  it.each(KINDS.filter(({ method, name }) => method !== 'GET' && name !== BULK.name))(
    '$name is 503 after a read that went well, and changes nothing',
    async (kind) => {
      const before = await dump();
      const { reply } = await sendUnder(firstWrite(early(OVERLOADED[0] ?? '')), here, kind);
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await dump()).toEqual(before);
    },
  );

  it('ends a bulk request there: what went before stands, the rest is 503 and can be sent again', async () => {
    const write = (n: number): Plan => {
      let writes = 0;
      return (call) => (call.writes && ++writes >= n ? early(OVERLOADED[0] ?? '') : undefined);
    };
    const { reply } = await sendUnder(write(2), here, BULK);
    const statuses = reply.body.Operations.map(({ status }: { status: string }) => status);
    expect([reply.status, ...statuses]).toEqual([200, '201', '503', '503']);
    const again = await sendUnder(() => undefined, here, BULK);
    expect(again.reply.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['409', '200', '204']);
    await expectCountersTrue();
  });
});

it('a create whose acknowledgement never comes is 503, and the same request again is 409', async () => {
  const plan: Plan = ({ binding, nth: n }) => {
    if (binding !== 'DB') return undefined;
    return n === 1 ? lost : early('Network connection lost.');
  };
  const { reply } = await sendUnder(plan, here, CREATE);
  expect(reply.status).toBe(503);
  expect((await here.portal.send('POST', '/Users', CREATE.body)).status).toBe(409);
  expect(await journalOf('kim@acme.example')).toHaveLength(1);
  await expectCountersTrue();
});

it('a fault after the answer does not change the answer', async () => {
  here.portal.sources.ms += 2 * 86_400_000;
  const afterwards: Plan = ({ binding, nth: n }) => (binding === 'DB' && n > 1 ? early(SECRET) : undefined);
  const missing: Kind = { name: 'nobody', method: 'GET', path: () => '/Users/nobody', status: 404 };
  for (const kind of [...KINDS.filter(({ method }) => method === 'GET'), missing]) {
    expect((await sendUnder(afterwards, here, kind)).reply.status, kind.name).toBe(kind.status);
  }
  expect(await rows('SELECT * FROM refusals')).toEqual([]);
});

it('a directory that is down is never 401, 404 or 409', async () => {
  for (const [method, path, body] of [
    ['GET', '/Users/nobody', undefined],
    ['DELETE', '/Users/nobody', undefined],
    ['DELETE', '/Groups/nothing', undefined],
    ['GET', '/nowhere', undefined],
    ['POST', '/Users', { bad: true }],
    ['POST', '/Users', jane()],
    ['POST', '/Groups', { displayName: 'Cooks' }],
    ['GET', '/Users?count=x', undefined],
  ] as const) {
    const kind = { name: path, method, path: () => path, body, status: 503 };
    const { reply } = await sendUnder(dbIs(early(OVERLOADED[0] ?? '')), here, kind);
    expect(reply.status, `${method} ${path}`).toBe(503);
  }
});
