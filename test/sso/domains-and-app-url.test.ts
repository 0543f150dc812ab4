// The verified e-mail domains and the app URL: what they can be, and that each change is one commit.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { setAppUrl } from '../../src/sso/app-url.ts';
import { addDomain, listDomains, removeDomain } from '../../src/sso/email-domains.ts';
import { always, Faults, firstWrite, nth } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { ssoRow } from '../support/provider.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let context: SettingsContext;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
});
const under = (plan: ConstructorParameters<typeof Faults>[0]) => ({
  ...context,
  db: new Faults(plan).over({ DB: env.DB }).DB,
});
const version = async () => (await one<{ version: number }>('SELECT version FROM portal')).version;

describe('domains', () => {
  it('are added once each, in lower case and by the alphabet, and taken away', async () => {
    await addDomain(context, ' ZEBRA.example ');
    await addDomain(context, 'xn--bcher-kva.example');
    expect(await addDomain(context, 'acme.example')).toEqual({
      ok: true,
      value: ['acme.example', 'xn--bcher-kva.example', 'zebra.example'],
    });
    expect(await removeDomain(context, 'Zebra.example')).toEqual({
      ok: true,
      value: ['acme.example', 'xn--bcher-kva.example'],
    });
    expect(await listDomains(env.DB)).toEqual({ ok: true, value: ['acme.example', 'xn--bcher-kva.example'] });
    expect(await rows("SELECT attributes, actor FROM journal WHERE type = 'portal.changed' LIMIT 1")).toEqual([
      { attributes: '["emailDomains"]', actor: 'cli' },
    ]);
  });

  it('change what a first sign-in is decided by, so that one in flight is decided again', async () => {
    const before = await version();
    await addDomain(context, 'acme.example');
    expect(await version()).toBe(before + 1);
  });

  it.each([
    ['', 'no domain'],
    ['acme', 'no domain'],
    ['*.acme.example', 'many domains'],
    ['jane.example@acme.example', 'behind the @'],
    ['acme..example', 'no domain'],
    ['-acme.example', 'no domain'],
    ['acme.example.', 'no domain'],
    ['acme .example', 'no domain'],
    ['10.0.0.1', 'no domain'],
    ['https://acme.example/', 'no domain'],
    ['bücher.example', 'xn--'],
    ['\u0430cme.example', 'xn--'],
    [`${'a'.repeat(64)}.example`, 'no domain'],
    [`${'a.'.repeat(127)}example`, 'no domain'],
  ])('%j is refused, and nothing is changed', async (text, words) => {
    const before = await dump();
    expect(await addDomain(context, text)).toMatchObject({
      ok: false,
      failure: { code: 'invalid_value', detail: expect.stringContaining(words) },
    });
    expect(await dump()).toEqual(before);
  });

  it('that are there, or are not there to be removed, change nothing', async () => {
    await addDomain(context, 'acme.example');
    const before = await dump();
    expect(await addDomain(context, 'ACME.example')).toMatchObject({ ok: true });
    expect(await removeDomain(context, 'other.example')).toMatchObject({ failure: { code: 'resource_not_found' } });
    expect(await dump()).toEqual(before);
  });

  it('end at a hundred', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `d${i}.example`);
    await env.DB.prepare('UPDATE portal SET email_domains = ?').bind(JSON.stringify(many)).run();
    expect(await addDomain(context, 'acme.example')).toMatchObject({ failure: { code: 'invalid_value' } });
  });

  it('are not lost where two are added at once: one is told to repeat', async () => {
    const meanwhile = async () => addDomain(context, 'theirs.example');
    const mine = await addDomain(under(nth(2, { meanwhile })), 'mine.example');
    expect(mine).toMatchObject({ ok: false, failure: { code: 'precondition_failed' } });
    expect(await listDomains(env.DB)).toMatchObject({ value: ['theirs.example'] });
  });

  it('find their own work after a lost answer, and say where there is no storage', async () => {
    expect(
      await addDomain(under(firstWrite({ fails: 'Network connection lost.', moment: 'after' })), 'acme.example'),
    ).toEqual({
      ok: true,
      value: ['acme.example'],
    });
    const down = under(always({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect(await addDomain(down, 'other.example')).toMatchObject({ failure: { code: 'storage_unavailable' } });
    expect(await listDomains(env.DB)).toMatchObject({ value: ['acme.example'] });
  });
});

describe('the app URL', () => {
  it.each(['/', '/app', '/app?tab=1#top', 'https://app.acme.example/start', 'http://localhost:3000/'])(
    'can be %s',
    async (url) => {
      expect(await setAppUrl(context, ` ${url} `)).toEqual({ ok: true, value: url });
      expect((await ssoRow()).appUrl).toBe(url);
    },
  );

  it.each([
    '',
    'app',
    '//evil.example',
    '/\\evil.example',
    '/a b',
    '/a\u0000',
    'http://app.acme.example',
    'javascript:alert(1)',
    'data:,x',
    `/${'x'.repeat(2000)}`,
  ])('cannot be %j, and nothing is changed', async (url) => {
    const before = await dump();
    expect(await setAppUrl(context, url)).toMatchObject({ failure: { code: 'invalid_value' } });
    expect(await dump()).toEqual(before);
  });

  it('is in the journal by its name only', async () => {
    await setAppUrl(context, '/app');
    expect(await rows("SELECT attributes FROM journal WHERE type = 'portal.changed'")).toEqual([
      { attributes: '["appUrl"]' },
    ]);
  });
});
