import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { limitFailures } from '../../src/auth/failure-limit.ts';

/** A limiter that lets `limit` calls of a key through and remembers the keys. */
function limiter(limit: number) {
  const calls = new Map<string, number>();
  const AUTH_FAILURES: RateLimit = {
    limit: async ({ key }) => {
      calls.set(key, (calls.get(key) ?? 0) + 1);
      return { success: (calls.get(key) ?? 0) <= limit };
    },
  };
  return { AUTH_FAILURES, calls };
}

it('answers 429 with the time to wait once an address has failed too often', async () => {
  const bindings = limiter(2);
  expect(await limitFailures(bindings, 'portal.example', '192.0.2.1')).toBeUndefined();
  expect(await limitFailures(bindings, 'portal.example', '192.0.2.1')).toBeUndefined();
  expect(await limitFailures(bindings, 'portal.example', '192.0.2.1')).toMatchObject({
    code: 'too_many_failures',
    retryAfterSeconds: 60,
    detail: expect.stringContaining('60 seconds'),
  });
  expect(await limitFailures(bindings, 'portal.example', '192.0.2.2')).toBeUndefined();
});

it('blocks an address with the real binding after the configured number of failures', async () => {
  const outcomes = [];
  for (let failure = 0; failure < 25; failure++)
    outcomes.push(await limitFailures(env, 'portal.example', '198.51.100.7'));
  expect(outcomes.findIndex((outcome) => outcome !== undefined)).toBe(20);
  expect(await limitFailures(env, 'portal.example', '198.51.100.8')).toBeUndefined();
});

it.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['192.0.2.1', '192.0.2.1'],
])('counts %s as %s, apart from other portals: an IPv6 client owns a whole /64', async (address, counted) => {
  const bindings = limiter(1);
  await limitFailures(bindings, 'portal.example', address);
  expect([...bindings.calls.keys()]).toEqual([`portal.example:${counted}`]);
});

it('blocks nobody while the binding fails', async () => {
  const AUTH_FAILURES: RateLimit = { limit: () => Promise.reject(new Error('no limiter')) };
  expect(await limitFailures({ AUTH_FAILURES }, 'portal.example', '192.0.2.1')).toBeUndefined();
});
