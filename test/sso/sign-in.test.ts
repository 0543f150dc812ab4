// Signing in by the identity provider, through the whole Worker and with documents that are really signed: who is let in, where they
// land, and what stands in the database afterwards.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { Visitor } from '../support/console.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { JANE, jane, make, one, rows } from '../support/scim.ts';
import { ACS, requestIdIn, requestXmlIn, signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await switchSsoOn();
  await make(portal, jane());
  visitor = new Visitor(portal.sources);
});

describe('somebody of the identity provider', () => {
  it('is signed in when the provider sends them, lands at the product, and is recorded', async () => {
    const page = await signInBySso(visitor, portal.sources, JANE);
    expect([page.status, page.location]).toEqual([303, '/app']);
    expect(await rows('SELECT method, user_agent FROM sessions')).toEqual([{ method: 'saml', user_agent: 'Test/1.0' }]);
    expect(await rows('SELECT method, at FROM sign_ins')).toEqual([{ method: 'saml', at: portal.sources.ms }]);
    expect(await one('SELECT last_login_at AS at FROM users WHERE id = ?', JANE)).toEqual({ at: portal.sources.ms });
    expect(await rows('SELECT id FROM saml_assertions')).toHaveLength(1);
  });

  it('is found by the name in any case', async () => {
    const page = await signInBySso(visitor, portal.sources, 'JANE.Example@ACME.example');
    expect([page.status, page.location]).toEqual([303, '/app']);
  });

  it('who is an admin lands in the console', async () => {
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(JANE).run();
    expect((await signInBySso(visitor, portal.sources, JANE)).location).toBe('/console');
    const home = await visitor.get('/console');
    expect([home.status, home.text.includes('Jane Example')]).toEqual([200, true]);
  });

  it('begins at the login page, and the answer must be to the request that was made there', async () => {
    const login = await visitor.get('/auth/saml2/');
    expect([login.status, login.text.includes('Login using Single Sign-On')]).toEqual([200, true]);
    const start = await visitor.get('/auth/saml2/login');
    const xml = await requestXmlIn(start.location);
    expect(start.location).toMatch(/^https:\/\/idp\.example\/sso\?app=1&SAMLRequest=/);
    expect(xml).toContain(`AssertionConsumerServiceURL="${ACS}"`);
    expect(xml).toContain(`>${ACS}</saml:Issuer>`);
    expect(xml).toContain('nameid-format:unspecified');
    expect(xml).not.toContain('RequestedAuthnContext');
    const inResponseTo = await requestIdIn(start.location);
    const page = await signInBySso(visitor, portal.sources, JANE, { inResponseTo });
    expect([page.status, page.location]).toEqual([303, '/app']);
    expect(await rows('SELECT id FROM saml_requests')).toEqual([]);
  });
});
