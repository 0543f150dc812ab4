// Who is not let in: a friendly page with the id of the request, no session, no row changed but the refusal, and that one tells an admin
// whom it was about.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeIdentity } from '../../scripts/idp/identity.ts';
import { signedResponse } from '../../scripts/idp/saml-response.ts';
import { REFUSAL_BOUNDS, trimRefusals } from '../../src/storage/refusal-trim.ts';
import { recordRefusal } from '../../src/storage/refusals.ts';
import { type Page, Visitor } from '../support/console.ts';
import { addAccount, dump, freshPortal, HOST, type Portal, START_MS } from '../support/portal.ts';
import { JANE, JANE_PATH, jane, make, one, patchOf, rows } from '../support/scim.ts';
import { ACS, ISSUER, postResponse, requestIdIn, responseFor, signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await switchSsoOn();
  await make(portal, jane());
  visitor = new Visitor(portal.sources);
});

const off = patchOf({ op: 'replace', path: 'active', value: false });

/** Nothing changes but one refusal, of which strangers leave a sample only; and the page is one that a person understands. */
async function expectRefused(
  attempt: () => Promise<Page>,
  status: number,
  code: string,
  { isStranger = false } = {},
): Promise<Page> {
  const before = await dump();
  const refusals = (await rows('SELECT * FROM refusals')).length;
  const page = await attempt();
  expect([page.status, page.location], page.text).toEqual([status, null]);
  expect(page.text).toContain('You could not be signed in');
  expect(page.text).toContain(page.headers.get('x-request-id') ?? 'no id');
  expect(page.headers.getSetCookie()).toEqual([]);
  expect(await dump()).toEqual(before);
  const kept = await rows('SELECT rule, request_id AS requestId, actor, route FROM refusals');
  const added = kept.slice(refusals);
  const one = {
    rule: code,
    requestId: page.headers.get('x-request-id'),
    actor: isStranger ? null : 'sso',
    route: '/auth/saml2/',
  };
  if (added.length > 0 || !isStranger) expect(added).toEqual([one]);
  return page;
}

const detail = async () => (await one<{ detail: string }>('SELECT detail FROM refusals')).detail;

describe('somebody whom the identity provider vouches for is refused', () => {
  it.each([
    ['who is unknown', 'nobody@acme.example', 'sso_user_unknown', async () => undefined],
    ['who is deactivated', JANE, 'sso_user_inactive', () => portal.send('PATCH', JANE_PATH, off)],
    ['who was deleted', JANE, 'sso_user_removed', () => portal.send('DELETE', JANE_PATH)],
    ['who has a password', 'break-glass@acme.example', 'sso_not_saml', async () => undefined],
    [
      'who is a service account',
      'bot@acme.example',
      'sso_not_saml',
      () => addAccount('service', 'bot@acme.example', 'admin'),
    ],
  ])('%s, and the log names them', async (_who, nameId, code, prepare) => {
    await prepare();
    await expectRefused(() => signInBySso(visitor, portal.sources, nameId), 403, code);
    expect(await detail()).toContain(nameId);
  });

  it('whom a claim calls by another name than the NameID', async () => {
    const attributes = { User_Name: 'boss@acme.example' };
    await expectRefused(() => signInBySso(visitor, portal.sources, JANE, { attributes }), 403, 'saml_response_refused');
    expect(await detail()).toContain('boss@acme.example');
  });

  it('never by the e-mail, whosever it is', async () => {
    const attributes = { email: JANE };
    await expectRefused(() => signInBySso(visitor, portal.sources, 'j', { attributes }), 403, 'sso_user_unknown');
  });

  it('a second time with the same assertion, also in another browser and under another response', async () => {
    const assertionId = '_0123456789abcdef';
    expect((await signInBySso(visitor, portal.sources, JANE, { assertionId })).status).toBe(303);
    const again = new Visitor(portal.sources);
    await expectRefused(() => signInBySso(again, portal.sources, JANE, { assertionId }), 403, 'saml_replayed');
  });

  it('while single sign-on is switched off', async () => {
    await switchSsoOn({ state: 'off' });
    await expectRefused(() => signInBySso(visitor, portal.sources, JANE), 403, 'sso_off');
  });

  it('in a portal where it was never set up', async () => {
    await env.DB.prepare("UPDATE portal SET sso = '{}'").run();
    await expectRefused(() => signInBySso(visitor, portal.sources, JANE), 403, 'sso_off', { isStranger: true });
  });
});

describe('the way on from a refusal', () => {
  const OUT = 'https://idp.example/login/signout?x=1&y';
  const [back, other] = ['Back to the sign-in page', 'Sign in as somebody else'];
  const offered = ({ text }: Page) => [back, other].filter((words) => text.includes(words));

  it('is the sign-out of the identity provider, which would send the same person again', async () => {
    await switchSsoOn({ signOutUrl: OUT });
    const page = await signInBySso(visitor, portal.sources, 'nobody@acme.example');
    expect(offered(page)).toEqual([other]);
    expect(page.text).toContain(`href="${OUT.replace('&', '&amp;')}"`);
  });

  it('is the sign-in page where the portal knows no sign-out, where signing in again helps, and for strangers', async () => {
    expect(offered(await signInBySso(visitor, portal.sources, 'nobody@acme.example'))).toEqual([back]);
    await switchSsoOn({ signOutUrl: OUT });
    const assertionId = '_0123456789abcdef';
    await signInBySso(visitor, portal.sources, JANE, { assertionId });
    expect(offered(await signInBySso(visitor, portal.sources, JANE, { assertionId }))).toEqual([back]);
    expect(offered(await postResponse(visitor, 'x'))).toEqual([back]);
  });
});

it('a refusal of somebody whom the identity provider vouches for outlives all that strangers can make', async () => {
  await signInBySso(visitor, portal.sources, 'nobody@acme.example');
  for (let n = 0; n < 250; n++) {
    const refusal = { actor: null, method: 'POST', route: '/auth/saml2/', status: 403, rule: 'saml_response_refused' };
    await recordRefusal(env.DB, { ...refusal, detail: `The document ${n} is not signed.` }, START_MS);
  }
  await trimRefusals(env.DB);
  const kept = await rows("SELECT detail FROM refusals WHERE rule = 'sso_user_unknown'");
  expect(kept).toEqual([{ detail: expect.stringContaining('nobody@acme.example') }]);
  expect((await rows('SELECT 1 FROM refusals')).length).toBeLessThanOrEqual(1 + REFUSAL_BOUNDS.strangers);
});

describe('the answer to a request is refused', () => {
  const start = async () => requestIdIn((await visitor.get('/auth/saml2/login')).location);
  const answer = (inResponseTo: string) => () => signInBySso(visitor, portal.sources, JANE, { inResponseTo });

  it('that was never made', async () => {
    await expectRefused(answer('_00000000000000000000000000000000'), 403, 'saml_response_refused');
  });

  it('that was answered before', async () => {
    const id = await start();
    expect((await answer(id)()).status).toBe(303);
    await expectRefused(answer(id), 403, 'saml_response_refused');
  });

  it('after ten minutes, and not before', async () => {
    const [late, early] = [await start(), await start()];
    portal.sources.ms += 10 * 60_000 - 1;
    expect((await answer(early)()).status).toBe(303);
    portal.sources.ms += 1;
    await expectRefused(answer(late), 403, 'saml_response_refused');
  });
});

describe('a form is refused', () => {
  const post = (more: RequestInit) => () => visitorPost(more);
  const type = 'application/x-www-form-urlencoded';

  /** What no browser sends from a form of ours. */
  async function visitorPost(init: RequestInit): Promise<Page> {
    const { createApp } = await import('../../src/http/app.ts');
    const { createExecutionContext, waitOnExecutionContext } = await import('cloudflare:test');
    const context = createExecutionContext();
    const request = new Request(`${HOST}/auth/saml2/`, { method: 'POST', ...init });
    const response = await createApp(portal.sources).fetch(request, env, context);
    const text = await response.text();
    await waitOnExecutionContext(context);
    return { status: response.status, headers: response.headers, text, location: response.headers.get('location') };
  }

  it.each([
    [
      'in another media type',
      415,
      'unsupported_media_type',
      { headers: { 'content-type': 'application/json' }, body: '{}' },
    ],
    [
      'compressed',
      415,
      'unsupported_media_type',
      { headers: { 'content-type': type, 'content-encoding': 'gzip' }, body: 'x' },
    ],
    ['without a response', 403, 'saml_response_refused', { headers: { 'content-type': type }, body: 'RelayState=x' }],
    [
      'with two responses',
      403,
      'saml_response_refused',
      { headers: { 'content-type': type }, body: 'SAMLResponse=a&SAMLResponse=b' },
    ],
    [
      'that is not UTF-8',
      403,
      'saml_response_refused',
      { headers: { 'content-type': type }, body: new Uint8Array([...Buffer.from('SAMLResponse=a'), 0xff]) },
    ],
    [
      'with more than 512 KiB',
      413,
      'body_too_large',
      { headers: { 'content-type': type }, body: 'a'.repeat(512 * 1024 + 1) },
    ],
  ])('%s', async (_what, status, code, init) => {
    await expectRefused(post(init), status, code, { isStranger: true });
  });

  it('signed by somebody else', async () => {
    const stranger = await makeIdentity('idp.example', {
      notBeforeMs: START_MS - 1,
      notAfterMs: START_MS + 86_400_000,
    });
    const about = {
      shape: 'okta',
      issuer: ISSUER,
      acsUrl: ACS,
      nameId: JANE,
      attributes: {},
      nowMs: START_MS,
    } as const;
    const forged = signedResponse(stranger, about);
    await expectRefused(() => postResponse(visitor, forged), 403, 'saml_response_refused', { isStranger: true });
  });
});

describe('too many tries', () => {
  it('that failed are stopped for a minute, and somebody genuine behind the same address still gets in', async () => {
    let page = await postResponse(visitor, 'bm8=');
    for (let n = 0; n < 25 && page.status !== 429; n++) page = await postResponse(visitor, 'bm8=');
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await signInBySso(visitor, portal.sources, JANE)).status).toBe(303);
  });

  it('leave no more than a sample of refusals, none with what was sent', async () => {
    for (let n = 0; n < 25; n++) await postResponse(new Visitor(portal.sources), 'c2VjcmV0');
    const kept = await rows<{ detail: string }>('SELECT detail FROM refusals');
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(kept)).not.toContain('c2VjcmV0');
  });

  it('to begin are stopped ten a second, and a company of hundreds gets through in its minute', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 25; n++) statuses.push((await visitor.get('/auth/saml2/login')).status);
    expect(new Set(statuses)).toEqual(new Set([303, 429]));
    portal.sources.ms += 1_000;
    expect((await visitor.get('/auth/saml2/login')).status).toBe(303);
  });
});

it('a genuine response that waits for its turn is not refused by somebody who saw it: who is first signs in', async () => {
  const response = await responseFor(portal.sources, JANE);
  const others = [visitor, new Visitor(portal.sources), new Visitor(portal.sources)];
  const pages = await Promise.all(others.map((one) => postResponse(one, response)));
  expect(pages.map(({ status }) => status).sort()).toEqual([303, 403, 403]);
  expect(await rows('SELECT 1 FROM sessions')).toHaveLength(1);
});
