// What holds for every screen there is, by the one table of them: nobody without a session of an admin sees or changes anything,
// no form is taken that is not ours, and what people wrote into names stays text.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCREENS } from '../../src/console/screens.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { fillWithMarkup, MARKUP, sampleAddress } from '../support/markup.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let admin: Visitor;
let demoted: Visitor;
let other: Visitor;
let person: Visitor;
beforeAll(async () => {
  portal = await freshPortal('open');
  demoted = await signedIn(portal.sources, env, 'demoted@acme.example');
  other = await signedIn(portal.sources, env, 'other@acme.example');
  admin = await signedIn(portal.sources);
  await switchSsoOn();
  await portal.send('POST', '/Users', { userName: 'person@acme.example' });
  person = new Visitor(portal.sources);
  await signInBySso(person, portal.sources, 'person@acme.example');
  await fillWithMarkup(portal);
  await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = 'demoted@acme.example'").run();
});

const ALL = SCREENS.map(({ method, path }) => [method, path] as const);
const PAGES = ALL.flatMap(([method, path]) => (method === 'GET' ? [path] : []));
const FORMS = ALL.flatMap(([method, path]) => (method === 'POST' ? [path] : []));

async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = await dump();
  await work();
  expect(await dump()).toEqual(before);
}

const send = (who: Visitor, method: 'GET' | 'POST', path: string) =>
  method === 'GET' ? who.get(path) : who.post(path, { formToken: admin.formToken });

describe('whoever is not signed in', () => {
  it.each(ALL)('gets from %s %s nothing but the way to the sign-in page', async (method, path) => {
    await unchanged(async () => {
      const page = await send(new Visitor(portal.sources), method, await sampleAddress(path));
      expect([page.status, page.location, page.text]).toEqual([303, '/console/sign-in', '']);
    });
  });
});

describe('who is no admin any more', () => {
  it.each(ALL)('gets from %s %s nothing but the way to the sign-in page', async (method, path) => {
    const same = new Visitor(portal.sources);
    for (const [name, value] of demoted.cookies) same.cookies.set(name, value);
    await unchanged(async () => {
      const page = await send(same, method, await sampleAddress(path));
      expect([page.status, page.location, page.text]).toEqual([303, '/console/sign-in?why=ended', '']);
    });
  });
});

describe('who signed in by the identity provider and is no admin', () => {
  it.each(ALL)('gets from %s %s nothing but a page that says so', async (method, path) => {
    await unchanged(async () => {
      const page = await send(person, method, await sampleAddress(path));
      expect([page.status, page.location]).toEqual([403, null]);
      expect(page.text).toContain('You are signed in, but not an admin');
      // Nothing of the portal but where its product is.
      expect(page.text.replace(/href="[^"]*">\s*Go to the app/, '')).not.toContain('i id=x');
    });
  });
});

describe('the form to', () => {
  it.each(FORMS)('%s is refused without its token, and with that of another session', async (path) => {
    const address = await sampleAddress(path);
    await unchanged(async () => {
      for (const formToken of [null, '', 'x', other.formToken]) {
        const page = await admin.post(address, { formToken });
        expect([page.status, page.text.includes('This form was not accepted')]).toEqual([403, true]);
      }
    });
  });

  it.each(FORMS)('%s is refused from another site, also with the right token', async (path) => {
    const address = await sampleAddress(path);
    await unchanged(async () => {
      for (const site of ['cross-site', 'same-site', 'none']) {
        expect((await admin.post(address, { headers: { 'sec-fetch-site': site } })).status).toBe(403);
      }
    });
  });

  it.each(FORMS)('%s is no page: a GET changes nothing', async (path) => {
    const address = await sampleAddress(path);
    await unchanged(async () => {
      const page = await admin.get(address);
      expect(PAGES.includes(path) ? 200 : 405).toBe(page.status);
    });
  });
});

describe('the page', () => {
  it.each(PAGES)('%s shows what people wrote as text, and has nothing inline', async (path) => {
    await unchanged(async () => {
      const page = await admin.get(await sampleAddress(path));
      expect(page.status).toBe(200);
      // A file is no page: browsers neither show nor guess what it is.
      if (page.headers.get('content-disposition')?.startsWith('attachment')) {
        expect(page.headers.get('content-type')).toBe('text/csv; charset=utf-8');
        return;
      }
      expect(page.text).not.toContain(MARKUP.slice(0, 4));
      expect(page.text).not.toMatch(/ style=| on\w+=|<style|<script(?![^>]* src=)|javascript:/);
    });
  });

  it('is looked at with markup in it: Home and others show the names', async () => {
    const texts = await Promise.all(PAGES.map(async (path) => (await admin.get(await sampleAddress(path))).text));
    const showing = texts.filter((text) => text.includes('&lt;i id'));
    expect(showing.length).toBeGreaterThanOrEqual(Math.ceil(PAGES.length / 2));
  });
});
