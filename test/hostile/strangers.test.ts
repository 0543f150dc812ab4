// What a stranger can make the gateway do. The shape of a SCIM API Password is public, checksum and all, so anybody can make one
// that is well formed: it must cost D1 a look at the key and nothing else, and no body is read for it.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { mintPassword } from '../../src/auth/key-format.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal, STANDARD, sendTo } from '../support/portal.ts';
import { seedUsers } from '../support/seed.ts';

let portal: Portal;
let authorization: string;

beforeAll(async () => {
  portal = await freshPortal();
  await seedUsers(1000, (n) => `user${n}@acme.example`);
  const { password } = await mintPassword(portal.sources);
  authorization = `Basic ${btoa(`${portal.username}:${password}`)}`;
});

const manyTerms = Array.from({ length: 40 }, (_, n) => `emails.value co "zz${n}"`).join(' or ');

describe('with a key that was never made', () => {
  it.each([
    ['a filter of forty terms', 'GET', `/Users?filter=${encodeURIComponent(manyTerms)}`],
    ['a sorted list', 'GET', '/Users?sortBy=title&count=200'],
    ['a DELETE', 'DELETE', '/Users/user1%40acme.example'],
    ['a path that does not exist', 'GET', '/Nothing'],
  ])('%s is a 401 that reads two rows at the most', async (_, method, path) => {
    const { db, cost } = countedDb(env.DB);
    let rowsRead = -1;
    const reply = await sendTo({ ...env, DB: db }, portal.sources, method, path, undefined, {
      headers: { authorization },
      answered: () => {
        rowsRead = cost.rowsRead;
      },
    });
    expect(reply.status).toBe(401);
    expect(rowsRead).toBeLessThanOrEqual(2);
  });

  it.each([
    ['POST', '/Users'],
    ['POST', '/Groups'],
    ['POST', '/Bulk'],
    ['PATCH', '/Groups/1'],
    ['PUT', '/Users/user1%40acme.example'],
  ])('%s %s is a 401 before the body is read', async (method, path) => {
    let pulled = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new TextEncoder().encode(' '.repeat(65_536)));
          if (pulled > 200) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const reply = await sendTo(env, portal.sources, method, STANDARD + path, undefined, {
      headers: { authorization },
      raw: body,
    });
    expect(reply.status).toBe(401);
    expect(pulled).toBeLessThanOrEqual(1);
  });
});
