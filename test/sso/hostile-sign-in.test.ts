// The same hostile documents at the portal's own address, where accepting one would begin a session: the people whom they name are there
// and active, and whoever is not would be made. Nothing may change but the refusal, and that one names the right check.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Page, Visitor } from '../support/console.ts';
import { field, forge, ISSUER, JANE, type Keys, keys, VICTIM } from '../support/forgery.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';
import { postResponse, switchSsoOn } from '../support/sso.ts';
import { HOSTILE_DOCUMENTS } from './hostile/documents.ts';
import { HOSTILE_CLASSES } from './hostile/hostile-document.ts';

/** Of strangers, a portal keeps a sample of the refusals only. */
const EVERY_REFUSAL = { REFUSAL_SAMPLE: { limit: () => Promise.resolve({ success: true }) } as RateLimit };
/** Of the form, percent-encoded; the address takes no more. */
const MOST_BYTES = 512 * 1024;

let portal: Portal;
let made: Keys;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  made = await keys();
  await switchSsoOn({ issuer: ISSUER, certificates: [made.idp.certificateBase64] }, ['acme.example', 'evil.example']);
  await addAccount('saml', JANE);
  await addAccount('saml', VICTIM, 'admin');
});

/** From an address of its own, so that no limit of tries answers in place of a check. */
function send(samlResponse: string): Promise<Page> {
  return postResponse(new Visitor(portal.sources, { ...env, ...EVERY_REFUSAL }), samlResponse);
}

describe('at the portal, nobody is signed in and nothing is changed by', () => {
  it.each(HOSTILE_CLASSES)('%s', async (of) => {
    const documents = HOSTILE_DOCUMENTS.filter((document) => document.of === of);
    const before = await dump();
    const expected: string[] = [];
    for (const { field: make, what, refusedBy } of documents) {
      const form = make(made);
      const isTooLong = new URLSearchParams({ SAMLResponse: form }).toString().length > MOST_BYTES;
      const page = await send(form);
      expect([page.status, page.location, page.headers.getSetCookie()], what).toEqual([
        isTooLong ? 413 : 403,
        null,
        [],
      ]);
      expected.push(isTooLong ? 'larger than 512 KiB' : refusedBy);
    }
    expect(await dump()).toEqual(before);
    const refusals = await rows<{ detail: string }>('SELECT detail FROM refusals ORDER BY seq');
    expect(refusals.map(({ detail }) => detail)).toEqual(expected.map((part) => expect.stringContaining(part)));
  });
});

describe('at the portal, a response that was used', () => {
  it('is refused again, also in another wrapping, and the first session is the only one', async () => {
    const first = await send(field(forge(made)));
    expect(first.status, first.text).toBe(303);
    const before = await dump();
    const again = [
      forge(made),
      forge(made, { responseId: '_another' }),
      forge(made, { nameId: VICTIM }),
      forge(made, { shape: 'okta', responseId: '_another', notOnOrAfterMs: portal.sources.ms + 86_400_000 }),
    ];
    for (const xml of again) {
      const page = await send(field(xml));
      expect([page.status, page.location, page.headers.getSetCookie()]).toEqual([403, null, []]);
    }
    expect(await dump()).toEqual(before);
    expect(await rows('SELECT DISTINCT rule FROM refusals')).toEqual([{ rule: 'saml_replayed' }]);
    expect(await one('SELECT count(*) AS sessions FROM sessions')).toEqual({ sessions: 1 });
  });

  it('is refused as long as anybody could believe it, and then because it ran out', async () => {
    const { ms } = portal.sources;
    const response = field(forge(made, { notOnOrAfterMs: ms + 60_000 }));
    await send(response);
    const [{ expires } = { expires: 0 }] = await rows<{ expires: number }>(
      'SELECT expires_at AS expires FROM saml_assertions',
    );
    for (const [atMs, rule] of [
      [expires - 1, 'saml_replayed'],
      [expires, 'saml_response_refused'],
    ] as const) {
      portal.sources.ms = atMs;
      expect((await send(response)).status).toBe(403);
      expect(await one('SELECT rule FROM refusals ORDER BY seq DESC LIMIT 1')).toEqual({ rule });
    }
  });

  it('answers only a request that the portal made', async () => {
    const before = await dump();
    expect((await send(field(forge(made, { inResponseTo: '_never-made' })))).status).toBe(403);
    expect(await dump()).toEqual(before);
    expect(await one<{ detail: string }>('SELECT detail FROM refusals')).toEqual({
      detail: expect.stringContaining('answers a request that does not wait for it'),
    });
  });
});

describe('at the portal, a genuine response', () => {
  it('signs in whom it names, so that the refusals above are not those of a broken portal', async () => {
    const page = await send(field(forge(made, { nameId: VICTIM })));
    expect(page.status, page.text).toBe(303);
    const session = 'SELECT user_name AS userName FROM sessions s JOIN users u ON u.seq = s.user_seq';
    expect(await rows(session)).toEqual([{ userName: VICTIM }]);
  });

  it('is not taken compressed', async () => {
    const before = await dump();
    const headers = { 'content-encoding': 'gzip' };
    const visitor = new Visitor(portal.sources, { ...env, ...EVERY_REFUSAL });
    const page = await visitor.post('/auth/saml2/', {
      fields: { SAMLResponse: field(forge(made)) },
      headers,
      formToken: null,
    });
    expect([page.status, page.headers.getSetCookie()]).toEqual([415, []]);
    expect(await dump()).toEqual(before);
  });
});
