// Filters and PATCH paths that nest, repeat or run on: refused at once, whatever their size.
import { beforeEach, describe, expect, it } from 'vitest';
import { freshPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectStatus, filtered, JANE_PATH, make, patchOf } from '../support/scim.ts';

const DEPTH = 10_000;
const QUICK_MS = 100;

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await make(portal);
});

const HOSTILE: readonly [string, string][] = [
  ['round brackets', `${'('.repeat(DEPTH)}active pr${')'.repeat(DEPTH)}`],
  ['round brackets within the length', `${'('.repeat(4000)}active pr${')'.repeat(4000)}`],
  ['open brackets only', '('.repeat(DEPTH)],
  ['not', `${'not ('.repeat(DEPTH)}active pr${')'.repeat(DEPTH)}`],
  ['not within the length', `${'not('.repeat(1500)}active pr${')'.repeat(1500)}`],
  ['square brackets', `${'emails['.repeat(DEPTH)}type eq "x"${']'.repeat(DEPTH)}`],
  ['square brackets within the length', `${'a['.repeat(2500)}b pr${']'.repeat(2500)}`],
  ['terms', Array.from({ length: DEPTH }, () => 'active pr').join(' or ')],
  ['terms within the length', Array.from({ length: 600 }, () => 'id pr').join(' or ')],
  ['dots', `a${'.a'.repeat(DEPTH)} pr`],
  ['colons', `urn${':a'.repeat(DEPTH)} pr`],
  ['quotes', '"'.repeat(DEPTH)],
  ['backslashes', `userName eq "${'\\'.repeat(8001)}"`],
  ['blanks', `userName${' '.repeat(8100)}eq${' '.repeat(10)}x`],
];

/** The best of five times at most: a busy machine is slow once, a recursion always. */
async function expectQuick(work: () => Promise<{ readonly status: number }>): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5 && best >= QUICK_MS; round++) {
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  expect(best).toBeLessThan(QUICK_MS);
}

describe.each(HOSTILE)('%s', (_name, text) => {
  it('in a filter are refused in milliseconds', async () => {
    await expectRefused(portal, ['GET', filtered(text)], { status: 400, scimType: 'invalidFilter' });
    await expectQuick(() => portal.send('GET', filtered(text)));
  });

  it.each(['add', 'replace', 'remove'])('in the path of a PATCH %s are refused in milliseconds', async (op) => {
    const path = text.startsWith('emails[') || text.startsWith('a[') ? text : `emails[${text}].value`;
    const body = patchOf({ op, path, value: 'x' });
    const reply = await expectRefused(portal, ['PATCH', JANE_PATH, body], { status: 400, scimType: 'invalidPath' });
    expect(reply.body.detail.length).toBeLessThan(300);
    await expectQuick(() => portal.send('PATCH', JANE_PATH, body));
  });

  it('as the name of an attribute without a path are skipped in milliseconds', async () => {
    const body = patchOf({ op: 'add', value: { [text]: 'x' } });
    await expectQuick(() => expectStatus(200, portal.send('PATCH', JANE_PATH, body)));
  });

  it('in attributes and excludedAttributes are no more than unknown names', async () => {
    for (const name of ['attributes', 'excludedAttributes']) {
      const path = `${JANE_PATH}?${name}=${encodeURIComponent(text)}`;
      await expectQuick(() => expectStatus(200, portal.send('GET', path)));
    }
  });
});
