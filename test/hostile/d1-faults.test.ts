// D1 as it fails in production: a transient fault is repeated and never doubles a write, the others are told apart.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Faults, faultyDb } from '../support/faulty-db.ts';
import { dump, ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import {
  expectCountersTrue,
  expectScimError,
  filtered,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  patchOf,
  rowOf,
  rows,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const LOST = 'Network connection lost.';
const TRANSIENT = [
  LOST,
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

interface Sent {
  readonly reply: Reply;
  /** Batches sent before the answer. */
  readonly calls: number;
}

async function sendThrough(faults: Faults, method: string, path: string, body?: unknown): Promise<Sent> {
  const faulty = faultyDb(env.DB, faults);
  let calls = 0;
  const reply = await portal.send(method, path, body, {
    env: { DB: faulty.db },
    answered: () => {
      calls = faulty.calls;
    },
  });
  return { reply, calls };
}

const first = (text: string) => (call: number) => (call === 1 ? text : undefined);
const always = (text: string) => () => text;
const writes = (text: string) => {
  let thrown = false;
  return (_call: number, isWrite: boolean) => {
    if (!isWrite || thrown) return undefined;
    thrown = true;
    return text;
  };
};

const REQUESTS: readonly [string, string, string, unknown, number][] = [
  ['GET of a user', 'GET', JANE_PATH, undefined, 200],
  ['a list', 'GET', '/Users', undefined, 200],
  ['a filter', 'GET', filtered(`userName eq "${JANE}"`), undefined, 200],
  ['discovery', 'GET', '/Schemas', undefined, 200],
  ['POST', 'POST', '/Users', { userName: 'kim@acme.example' }, 201],
  ['PUT', 'PUT', JANE_PATH, jane({ title: 'Cook' }), 200],
  ['PATCH', 'PATCH', ENTRA + JANE_PATH, patchOf({ op: 'replace', path: 'title', value: 'Cook' }), 204],
  ['PATCH active false', 'PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false }), 200],
  ['DELETE', 'DELETE', JANE_PATH, undefined, 204],
];

describe.each(REQUESTS)('%s', (_name, method, path, body, status) => {
  it.each(TRANSIENT)('survives "%s" once', async (text) => {
    await make(portal);
    const { reply } = await sendThrough({ before: first(text) }, method, path, body);
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
    await expectCountersTrue();
  });

  it('is 503 with Retry-After and changes nothing while D1 is lost, after three tries', async () => {
    await make(portal);
    const before = await dump();
    const { reply, calls } = await sendThrough({ before: always(LOST) }, method, path, body);
    expect(reply.status).toBe(503);
    expectScimError(reply, { status: 503, detail: /busy.*try again/ });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(calls).toBe(3);
    expect(await dump()).toEqual(before);
  });

  it.each(OVERLOADED)('is 503 at once for "%s"', async (text) => {
    await make(portal);
    const before = await dump();
    const { reply, calls } = await sendThrough({ before: always(text) }, method, path, body);
    expect([reply.status, calls]).toEqual([503, 1]);
    expect(reply.headers.get('retry-after')).toBe('5');
    expect(await dump()).toEqual(before);
  });

  it('is 500 with an id for a fault that nobody knows, whose text stays inside', async () => {
    await make(portal);
    const before = await dump();
    const { reply, calls } = await sendThrough({ before: always(SECRET) }, method, path, body);
    expect([reply.status, calls]).toEqual([500, 1]);
    expectScimError(reply, { status: 500 });
    expect(JSON.stringify(reply.body)).not.toMatch(/secret_internal_name|D1_ERROR/);
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(await dump()).toEqual(before);
  });
});

describe('a write whose answer was lost', () => {
  it('creates the user once and answers 201 with it', async () => {
    const { reply } = await sendThrough({ after: writes(LOST) }, 'POST', '/Users', jane({ externalId: 'x' }));
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    expect(reply.headers.get('etag')).toBe('W/"1"');
    expect(reply.body).toEqual((await portal.send('GET', JANE_PATH)).body);
    expect(await journalOf()).toHaveLength(1);
    await expectCountersTrue();
  });

  it('brings a removed person back once', async () => {
    await make(portal);
    await portal.send('DELETE', JANE_PATH);
    const { reply } = await sendThrough({ after: writes(LOST) }, 'POST', '/Users', jane());
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual((await portal.send('GET', JANE_PATH)).body);
    expect(await rowOf()).toMatchObject({ registration: 2, version: 3 });
    await expectCountersTrue();
  });

  it.each(REQUESTS.slice(5))('applies a %s once', async (_name, method, path, body, status) => {
    await make(portal);
    const { reply } = await sendThrough({ after: writes(LOST) }, method, path, body);
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
    expect(await rowOf()).toMatchObject({ version: 2 });
    expect(await journalOf()).toHaveLength(2);
    const ended = method === 'DELETE' || JSON.stringify(body).includes('"active"');
    expect(await rows('SELECT kind FROM destructions')).toHaveLength(ended ? 1 : 0);
    await expectCountersTrue();
  });

  it('that never comes back is 503, and the same request again finds what it did', async () => {
    await portal.send('GET', '/Users');
    const { reply } = await sendThrough(
      { before: (call) => (call > 1 ? LOST : undefined), after: first(LOST) },
      'POST',
      '/Users',
      jane(),
    );
    expect(reply.status).toBe(503);
    expect((await portal.send('POST', '/Users', jane())).status).toBe(409);
    expect(await journalOf()).toHaveLength(1);
    await expectCountersTrue();
  });
});

it('a fault after the answer does not change the answer', async () => {
  await make(portal);
  portal.sources.ms += 2 * 86_400_000;
  const { reply } = await sendThrough({ before: (call) => (call > 1 ? SECRET : undefined) }, 'GET', JANE_PATH);
  expect(reply.status).toBe(200);
  const refused = await sendThrough({ before: (call) => (call > 1 ? SECRET : undefined) }, 'GET', '/Users/nobody');
  expect(refused.reply.status).toBe(404);
});

it('a directory that is down is never 401, 404 or 409', async () => {
  for (const [method, path, body] of [
    ['GET', '/Users/nobody', undefined],
    ['DELETE', '/Users/nobody', undefined],
    ['GET', '/nowhere', undefined],
    ['POST', '/Users', { bad: true }],
    ['POST', '/Users', jane()],
    ['GET', '/Users?count=x', undefined],
  ] as const) {
    const { reply } = await sendThrough({ before: always(OVERLOADED[0] ?? '') }, method, path, body);
    expect(reply.status, `${method} ${path}`).toBe(503);
  }
});
