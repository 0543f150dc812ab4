// Where a sign-in leads: never to another origin, whatever came through the browser.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { homeOf, pathWithin } from '../../src/sso/relay-state.ts';
import { HOST } from '../support/portal.ts';

describe('a RelayState', () => {
  it.each([
    ['/console/users?show=all#top', '/console/users?show=all#top'],
    [`${HOST}/app/rooms/1`, '/app/rooms/1'],
    ['/app/caf\u00e9', '/app/caf%C3%A9'],
    ['/app/?next=https://elsewhere.example', '/app/?next=https://elsewhere.example'],
    ['/', '/'],
  ])('%s leads to %s', (relayState, path) => {
    expect(pathWithin(HOST, relayState)).toBe(path);
  });

  it.each([
    null,
    '',
    'app',
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '\\/elsewhere.example',
    '/.//elsewhere.example',
    '/x/..//elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    `${HOST}@elsewhere.example/`,
    `${HOST}.elsewhere.example/`,
    `${HOST}:8443/app`,
    'http://portal.example/app',
    'javascript:alert(1)',
    'data:text/html,x',
    '/auth/saml2/',
    '/auth/saml2',
    `${HOST}/auth/saml2/`,
    '/x/../auth/saml2/',
    '/auth/sign-out',
    '/console/sign-in',
    '/\ud800',
  ])('%j means home', (relayState) => {
    expect(pathWithin(HOST, relayState)).toBeUndefined();
  });

  it('of more than 4,096 characters means home', () => {
    expect(pathWithin(HOST, `/${'a'.repeat(4_095)}`)).toHaveLength(4_096);
    expect(pathWithin(HOST, `/${'a'.repeat(4_096)}`)).toBeUndefined();
  });

  it('never leads to another origin, nor to a header of its own', () => {
    const pieces = [
      '/',
      '//',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '?',
      '#',
      '%2f',
      '%5c',
      '\t',
      '\r\n',
      'https:',
      HOST,
      'elsewhere.example',
      'a',
    ];
    const built = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    const any = fc.oneof(
      built,
      fc.webUrl(),
      fc.string({ unit: 'binary' }),
      built.map((rest) => HOST + rest),
    );
    fc.assert(
      fc.property(any, (relayState) => {
        const path = pathWithin(HOST, relayState);
        if (path === undefined) return;
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
        expect(new URL(path, HOST).origin).toBe(HOST);
        expect(new URL(path, HOST).pathname).not.toMatch(/^\/auth(\/|$)/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('where it means home, admins go to the console and all others to the product', () => {
    expect([homeOf(true, '/app'), homeOf(false, '/app')]).toEqual(['/console', '/app']);
  });
});
