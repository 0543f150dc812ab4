// One deployment, one hostname: every other name, port and scheme is refused before anything is read.
import { beforeEach, expect, it } from 'vitest';
import { freshPortal, type Portal, sendTo } from '../support/portal.ts';
import { expectRefused, expectScimError } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const PATH = '/scim/v2/Users';
const PRODUCTION = { ALLOW_LOCALHOST: undefined } as unknown as { ALLOW_LOCALHOST: string };

it.each([
  ['another name', `https://other.example${PATH}`],
  ['a name below it', `https://x.portal.example${PATH}`],
  ['a name that ends with it', `https://evilportal.example${PATH}`],
  ['a name that begins with it', `https://portal.example.evil.example${PATH}`],
  ['the name with a dot', `https://portal.example.${PATH}`],
  ['a port', `https://portal.example:8443${PATH}`],
  ['an address', `https://192.0.2.1${PATH}`],
  ['the name as a user', `https://portal.example@other.example${PATH}`],
  ['localhost', `https://localhost${PATH}`],
  ['localhost over plain HTTP', `http://localhost:8787${PATH}`],
  ['the loopback address', `http://127.0.0.1:8787${PATH}`],
  ['the loopback address of IPv6', `http://[::1]:8787${PATH}`],
])('%s is 421 with a valid key', async (_case, url) => {
  await expectRefused(portal, ['GET', url, undefined, { env: PRODUCTION }], {
    status: 421,
    detail: /serves another portal/,
  });
});

it('is 421 whatever a forwarding header says', async () => {
  const headers = {
    'x-forwarded-host': 'portal.example',
    'x-original-host': 'portal.example',
    forwarded: 'host=portal.example;proto=https',
  };
  await expectRefused(portal, ['GET', `https://other.example${PATH}`, undefined, { headers, env: PRODUCTION }], {
    status: 421,
  });
});

it('a forwarding header does not turn the portal itself away', async () => {
  const headers = { 'x-forwarded-host': 'other.example', 'x-forwarded-proto': 'http' };
  expect((await portal.send('GET', PATH.slice('/scim/v2'.length), undefined, { headers })).status).toBe(200);
});

it('plain HTTP is 403 with a text, whatever a forwarding header says', async () => {
  const headers = { 'x-forwarded-proto': 'https' };
  for (const url of [`http://portal.example${PATH}`, `http://portal.example:80${PATH}`]) {
    const request = ['GET', url, undefined, { headers, env: PRODUCTION }] as const;
    await expectRefused(portal, request, { status: 403, detail: /Use https/ });
  }
});

it('the name is compared without case', async () => {
  expect((await portal.send('GET', `https://PORTAL.Example${PATH}`)).status).toBe(200);
  const shouted = await portal.send('GET', `https://portal.example${PATH}`, undefined, {
    env: { PORTAL_HOSTNAME: 'Portal.EXAMPLE' },
  });
  expect(shouted.status).toBe(200);
});

it.each(['localhost:8787', '127.0.0.1:8787', '[::1]:8787'])(
  '%s answers over plain HTTP where the setting says so, and asks for the key there too',
  async (host) => {
    for (const [setting, status] of [
      ['true', 200],
      ['false', 421],
      ['TRUE', 421],
      ['1', 421],
      ['', 421],
    ] as const) {
      const reply = await portal.send('GET', `http://${host}${PATH}`, undefined, { env: { ALLOW_LOCALHOST: setting } });
      expect(reply.status, setting).toBe(status);
    }
    expect((await sendTo(portal.env, portal.sources, 'GET', `http://${host}${PATH}`)).status).toBe(401);
  },
);

it.each(['', '   ', 'https://portal.example', 'portal.example:443', 'portal.example/scim'])(
  'with the setting %j the Worker answers nothing at all',
  async (hostname) => {
    const reply = await portal.send('GET', `https://portal.example${PATH}`, undefined, {
      env: { PORTAL_HOSTNAME: hostname },
    });
    expectScimError(reply, { status: 500, detail: /Quote the id [0-9a-f]{32} to support/ });
  },
);
