// The table of differences between the two base URLs: each of them is what happens, on both, and everything else is the same.
import { beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, DIFFERENCES } from '../../src/scim/dialects.ts';
import { freshPortal, HOST, type Portal } from '../support/portal.ts';
import { expectStatus, JANE_PATH, make, patchOf } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

type Observe = (base: string) => Promise<unknown>;

/** How each difference shows: what is seen under a base URL, in the words of the table. */
const OBSERVE: Readonly<Record<keyof typeof DIFFERENCES, Observe>> = {
  patchReply: async (base) => {
    await make(portal);
    const { status } = await portal.send('PATCH', base + JANE_PATH, patchOf({ op: 'add', path: 'title', value: 'x' }));
    return status === 204 ? 'no_content' : 'resource';
  },
  emptyListShowsOwner: async (base) => {
    const { body } = await expectStatus(200, portal.send('GET', `${base}/Users`));
    return body.Resources.length > 0;
  },
};

describe.each(Object.entries(DIFFERENCES))('%s', (name, difference) => {
  it.each(DIALECTS.map((dialect) => [dialect.name, HOST + dialect.basePath] as const))('under %s', async (of, base) => {
    expect(await OBSERVE[name as keyof typeof DIFFERENCES](base)).toBe(difference[of]);
  });

  it('is a difference, and has its reason', () => {
    expect(difference.standard).not.toBe(difference.entra);
    expect(difference.why).toMatch(/^\S.{20,}\.$/);
  });
});

it('beside them, both base URLs answer the same but for their own locations', async () => {
  await make(portal);
  const paths = [
    '/Users?count=1',
    JANE_PATH,
    '/Groups',
    '/Schemas',
    '/ResourceTypes',
    '/ServiceProviderConfig',
    '/Nothing',
  ];
  for (const path of [...paths, '/Users?filter=nonsense']) {
    const [one, other] = await Promise.all(DIALECTS.map(({ basePath }) => portal.send('GET', HOST + basePath + path)));
    const plain = (reply: typeof one) =>
      JSON.stringify([reply?.status, reply?.body]).replaceAll('/scim/v2/entra', '/scim/v2');
    expect(plain(one), path).toBe(plain(other));
  }
});
