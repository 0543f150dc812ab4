// Forms that were not sent from a page of ours: refused, and nothing is changed.
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, linkFor, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

/** A visitor on the page of the form, and what is posted. */
type Form = () => Promise<{ who: Visitor; path: string; fields: Record<string, string> }>;

const FORMS: readonly (readonly [name: string, form: Form])[] = [
  [
    'sign-in',
    async () => {
      const who = new Visitor(portal.sources);
      await who.get('/console/sign-in');
      return { who, path: '/console/sign-in', fields: { username: ADMIN, password: PASSWORD } };
    },
  ],
  [
    'welcome',
    async () => {
      const who = new Visitor(portal.sources);
      const { code } = await linkFor(portal.sources);
      await who.get('/console/welcome');
      return { who, path: '/console/welcome', fields: { code, password: PASSWORD, repeated: PASSWORD } };
    },
  ],
  ['sign-out', async () => ({ who: admin, path: '/console/sign-out', fields: {} })],
  ['sign-out-everywhere', async () => ({ who: admin, path: '/console/sign-out-everywhere', fields: {} })],
];

describe.each(FORMS)('the form of %s', (_name, form) => {
  const refused = async (post: (one: Awaited<ReturnType<Form>>) => ReturnType<Visitor['post']>, status = 403) => {
    const one = await form();
    const before = await dump();
    const page = await post(one);
    expect(page.status).toBe(status);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await dump()).toEqual(before);
    return page;
  };

  it('is accepted as the page has it', async () => {
    const { who, path, fields } = await form();
    expect((await who.post(path, { fields })).status).toBe(303);
  });

  it.each([
    ['https://portal.example', 303],
    ['https://evil.example', 403],
    ['null', 403],
    ['', 403],
  ])(
    'from a browser that does not say where a request comes from, of the origin %j, is answered %d',
    async (origin, status) => {
      const { who, path, fields } = await form();
      expect((await who.post(path, { fields, headers: { origin, 'sec-fetch-site': '' } })).status).toBe(status);
    },
  );

  it('is refused without its token', async () => {
    const page = await refused(({ who, path, fields }) => who.post(path, { fields, formToken: null }));
    expect(page.text).toContain('This form was not accepted');
  });

  it('is refused with a token that is wrong, cut, or another visitor’s', async () => {
    const stranger = new Visitor(portal.sources);
    await stranger.get('/console/sign-in');
    const other = await signedIn(portal.sources, portal.env, 'second@acme.example');
    for (const formToken of ['', 'x', 'A'.repeat(43), stranger.formToken, other.formToken]) {
      await refused(({ who, path, fields }) => who.post(path, { fields, formToken }));
    }
  });

  it.each(['cross-site', 'same-site', 'none'])('is refused when sent %s', async (site) => {
    const origin = site === 'none' ? 'null' : 'https://evil.example';
    await refused(({ who, path, fields }) => who.post(path, { fields, headers: { 'sec-fetch-site': site, origin } }));
  });

  it('is refused as JSON, or when it is huge', async () => {
    const type = { 'content-type': 'application/json' };
    await refused(({ who, path, fields }) => who.post(path, { fields, headers: type }), 415);
    await refused(({ who, path, fields }) => who.post(path, { fields: { ...fields, pad: 'x'.repeat(20_000) } }), 413);
  });

  it('changes nothing by GET', async () => {
    const { who, path } = await form();
    const before = await dump();
    await who.get(path);
    expect(await dump()).toEqual(before);
  });
});
