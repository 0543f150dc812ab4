// When somebody last signed in, as SCIM tells it: a sign-in gives the resource no new version, and what was remembered of it must not be
// told again.
import { beforeEach, describe, expect, it } from 'vitest';
import { Visitor } from '../support/console.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { expectStatus, filtered, JANE, JANE_PATH, jane, make } from '../support/scim.ts';
import { signInBySso, switchSsoOn } from '../support/sso.ts';

const OTHER = 'other@acme.example';
const FIRST = 'Jan 15, 2026 12:00:00 PM';
const SECOND = 'Jan 15, 2026 12:01:00 PM';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await switchSsoOn();
  await make(portal, jane());
  await make(portal, jane({ userName: OTHER }));
});

const signIn = async (name = JANE) => {
  const page = await signInBySso(new Visitor(portal.sources), portal.sources, name);
  expect([page.status, page.location]).toEqual([303, '/app']);
};
const shown = async (path: string) => {
  const { body } = await expectStatus(200, portal.send('GET', path));
  const users: { userName: string; userLastLoggedInTimeStamp?: string }[] = body.Resources ?? [body];
  return users.map(({ userName, userLastLoggedInTimeStamp: at }) => [userName, at]);
};

describe('after a sign-in by the identity provider, the time of it', () => {
  it('is in the resource and in lists, and a filter finds it', async () => {
    expect(await shown(JANE_PATH)).toEqual([[JANE, undefined]]);
    await signIn();
    expect(await shown(JANE_PATH)).toEqual([[JANE, FIRST]]);
    expect(await shown('/Users')).toEqual([
      [JANE, FIRST],
      [OTHER, undefined],
    ]);
    expect(await shown(filtered(`userLastLoggedInTimeStamp eq "${FIRST}"`))).toEqual([[JANE, FIRST]]);
    expect(await shown(filtered('userLastLoggedInTimeStamp pr'))).toEqual([[JANE, FIRST]]);
  });

  it('orders a list that is sorted by it', async () => {
    await signIn(OTHER);
    portal.sources.ms += 60_000;
    await signIn();
    const sorted = '/Users?sortBy=userLastLoggedInTimeStamp&sortOrder=';
    expect(await shown(`${sorted}ascending`)).toEqual([
      [OTHER, FIRST],
      [JANE, SECOND],
    ]);
    expect(await shown(`${sorted}descending`)).toEqual([
      [JANE, SECOND],
      [OTHER, FIRST],
    ]);
  });

  it('is new on a page whose place in the list was remembered', async () => {
    const page = filtered('active eq true', '&startIndex=2&count=1');
    await portal.send('GET', filtered('active eq true', '&startIndex=1&count=1'));
    expect(await shown(page)).toEqual([[OTHER, undefined]]);
    await signIn(OTHER);
    expect(await shown(page)).toEqual([[OTHER, FIRST]]);
  });

  it('is never hidden behind a 304, as long as it is shown at all', async () => {
    const known = (await portal.send('GET', JANE_PATH)).headers.get('etag') ?? '';
    const again = (path = JANE_PATH) => portal.send('GET', path, undefined, { headers: { 'if-none-match': known } });
    expect((await again()).status).toBe(304);
    await signIn();
    expect((await again()).body.userLastLoggedInTimeStamp).toBe(FIRST);
    portal.sources.ms += 60_000;
    await signIn();
    expect((await again()).body.userLastLoggedInTimeStamp).toBe(SECOND);
    expect((await again(`${JANE_PATH}?attributes=userName`)).status).toBe(304);
  });

  it('changes neither version nor lastModified, so that If-Match of before still fits', async () => {
    const before = await portal.send('GET', JANE_PATH);
    await signIn();
    const after = await portal.send('GET', JANE_PATH);
    expect(after.body.meta).toEqual(before.body.meta);
    const headers = { 'if-match': before.headers.get('etag') ?? '' };
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane({ title: 'Lead' }), { headers }));
  });
});
