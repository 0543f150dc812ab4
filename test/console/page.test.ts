// What every answer of the console has, and which addresses there are.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ASSETS } from '../../src/console/page/assets.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { freshPortal, type Portal, sendTo } from '../support/portal.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  visitor = new Visitor(portal.sources);
});

describe('every answer', () => {
  it('carries the policy and the headers, whatever its status', async () => {
    const admin = await signedIn(portal.sources);
    const pages = [
      await visitor.get('/console'),
      await visitor.get('/console/sign-in'),
      await visitor.get('/console/welcome'),
      await visitor.signIn('nobody@acme.example', 'x'),
      await visitor.post('/console/sign-in', { formToken: null }),
      await visitor.get('/console/nowhere'),
      await visitor.get('/console/sign-out'),
      await visitor.get(ASSETS.style.path),
      await admin.get('/console'),
      await admin.post('/console/sign-out'),
    ];
    expect(pages.map(({ status }) => status)).toEqual([303, 200, 200, 401, 403, 404, 405, 200, 200, 303]);
    for (const { headers } of pages) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    }
    const kept = pages.filter(({ headers }) => headers.get('cache-control') !== 'no-store');
    expect(kept).toEqual([pages[7]]);
  });

  it('has nothing inline, and names its language', async () => {
    const admin = await signedIn(portal.sources);
    for (const { text } of [await visitor.get('/console/welcome'), await admin.get('/console')]) {
      expect(text).toMatch(/^<!doctype html><html lang="en">/);
      expect(text).not.toMatch(/ style=| on\w+=|<style|<script(?![^>]* src=)/);
    }
  });

  it('over plain HTTP on localhost does not speak of HTTPS', async () => {
    const page = await visitor.get('http://127.0.0.1:8787/console/sign-in');
    expect([page.status, page.headers.get('strict-transport-security')]).toEqual([200, null]);
  });
});

describe('addresses', () => {
  it.each([
    '/console/../console',
    '/console/sign-in/',
    '/console/assets/',
    '/console/assets/console.css',
    '/console/%2e%2e/x',
  ])('%s shows nobody anything', async (path) => {
    expect([303, 404]).toContain((await visitor.get(path)).status);
  });

  it.each(['/consoles', '/Console', '/console.css', '/favicon.ico', '/assets'])('%s is none', async (path) => {
    const reply = await sendTo(env, portal.sources, 'GET', `https://portal.example${path}`);
    expect(reply.status).toBe(404);
  });

  it('of another host, and plain HTTP on the real one, are refused before anything else', async () => {
    expect((await visitor.get('https://other.example/console/sign-in')).status).toBe(421);
    expect((await visitor.get('http://portal.example/console/sign-in')).status).toBe(403);
  });

  it('of assets name their content, so that browsers keep them', async () => {
    for (const { path, text } of Object.values(ASSETS)) {
      const page = await visitor.get(path);
      expect([page.status, page.text]).toEqual([200, text]);
      expect(page.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });
});
