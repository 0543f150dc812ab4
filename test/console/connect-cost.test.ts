// What the guides and a look of the live check cost in a portal where much happens, and that nothing is missed there.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { type Cost, countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
let cost: Cost;
beforeEach(async () => {
  portal = await freshPortal();
  const counted = countedDb(env.DB);
  cost = counted.cost;
  admin = await signedIn(portal.sources, { ...env, DB: counted.db });
});

const PIECE = 10_000;

/** Rows of the journal: of another key, or of this one. */
async function journal(count: number, actor: string, type = 'user.updated'): Promise<void> {
  for (let from = 0; from < count; from += PIECE) {
    await env.DB.prepare(
      `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
       SELECT lower(hex(randomblob(16))), ?1, 'jane.example@acme.example', ?2, '[]', ?3 FROM json_each(?4)`,
    )
      .bind(
        type,
        actor,
        portal.sources.ms,
        JSON.stringify(Array.from({ length: Math.min(PIECE, count - from) }, () => 0)),
      )
      .run();
  }
}

const addressIn = (html: string) => (/data-live="([^"]+)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&');
const statesOf = (html: string) =>
  [...html.matchAll(/<li class="(waiting|seen|failed)">/g)].map(([, state]) => state).join(' ');

async function measured(path: string) {
  Object.assign(cost, { calls: 0, rowsRead: 0, rowsWritten: 0 });
  const { text, headers } = await admin.get(path);
  return { text, next: headers.get('live-next') ?? addressIn(text), ...cost };
}

it('a look reads at most 200 rows in one call, with 100,000 rows in the journal and a full table of refusals', async () => {
  await journal(100_000, 'another-key');
  await env.DB.prepare(
    `INSERT INTO refusals (at, actor, method, route, status, rule, detail)
     SELECT ?1, iif(value % 2, 'another-key', NULL), 'GET', '/Users', 401, 'credential_unknown', 'x' FROM json_each(?2)`,
  )
    .bind(portal.sources.ms, JSON.stringify(Array.from({ length: 1_000 }, (_, i) => i)))
    .run();
  const page = await measured(`/console/connect/okta?key=${portal.keyId}`);
  expect(page.calls).toBe(1);
  expect(page.rowsRead).toBeLessThanOrEqual(2_600);
  let { next } = page;
  const reads: number[] = [];
  for (let n = 0; n < 20; n++) {
    await journal(90, 'another-key');
    const look = await measured(next);
    expect([look.calls, look.rowsWritten]).toEqual([1, 0]);
    reads.push(look.rowsRead);
    next = look.next;
  }
  console.log(`page ${page.rowsRead} rows, look ${Math.min(...reads)} to ${Math.max(...reads)} rows`);
  expect(Math.max(...reads)).toBeLessThanOrEqual(200);
});

it('the other pages need one call too', async () => {
  const home = await measured('/console/connect');
  const guide = await measured('/console/connect/entra');
  console.log(`connect ${home.rowsRead} rows, guide of a quiet portal ${guide.rowsRead} rows`);
  expect([home.calls, guide.calls]).toEqual([1, 1]);
  expect(home.rowsRead).toBeLessThanOrEqual(30);
  expect(guide.rowsRead).toBeLessThanOrEqual(60);
});

it('finds what lies far back, look by look, and stops where the key was made', async () => {
  await journal(3_000, 'another-key');
  portal.sources.ms += 60_000;
  await env.DB.prepare('UPDATE api_keys SET created_at = ?').bind(portal.sources.ms).run();
  await journal(1, portal.keyId, 'user.created');
  await journal(1_100, 'another-key');
  let look = await measured(`/console/connect/okta?key=${portal.keyId}`);
  expect(statesOf(look.text)).toBe('waiting waiting waiting waiting');
  expect(look.text).toContain('older entries of the log are being searched');
  let looks = 0;
  while (look.text.includes('being searched') && looks < 20) {
    look = await measured(look.next);
    looks++;
  }
  expect(looks).toBeLessThanOrEqual(4);
  expect(statesOf(look.text)).toBe('seen seen waiting waiting');
});

it('misses nothing while nobody looks, however much comes in, and remembers what it saw', async () => {
  let look = await measured(`/console/connect/okta?key=${portal.keyId}`);
  await journal(1, portal.keyId, 'user.created');
  look = await measured(look.next);
  expect(statesOf(look.text)).toBe('seen seen waiting waiting');
  await journal(1, portal.keyId, 'user.updated');
  await journal(200, 'another-key');
  for (let looks = 0; looks < 8; looks++) look = await measured(look.next);
  expect(statesOf(look.text)).toBe('seen seen seen waiting');
  expect(look.text).not.toContain('being searched');
});
