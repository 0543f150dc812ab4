// OAuth clients: made, given a secret that is shown once, allowed in the window that Okta opens, used over HTTP, and revoked.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import { Okta } from './okta.ts';
import { ADMIN, PASSWORD, type Stage } from './stage.ts';

/** In this order: each goes on with the client of the one before. */
export function clientFlows(stage: () => Stage): void {
  let okta: Okta;
  let clientId = '';
  let secret = '';
  beforeAll(async () => {
    okta = await Okta.open();
  });
  afterAll(() => okta.close());

  const ask = async (fields: Readonly<Record<string, string>>) => {
    const authorization = `Basic ${btoa(`${clientId}:${secret}`)}`;
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${stage().origin}/oauth/token`, { method: 'POST', headers: { authorization }, body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const scim = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${stage().origin}/scim/v2/Users?count=1`, { headers })).status;
  };

  it('a client for Okta is made, and its secret is shown once', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/clients');
    await stage().heading('There is no client yet').waitFor();
    expect(await lookAt(page, 'clients-none')).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Workload identity' }).click();
    expect(await lookAt(page, 'clients-new-workload')).toEqual([]);
    await page.getByRole('link', { name: 'Okta', exact: true }).click();
    await page.getByLabel('Name').fill('Okta production');
    await page.getByLabel('Redirect URIs').fill('http://okta.example/callback');
    await stage().button('Make the client').click();
    await page.getByText('must begin with https://').waitFor();
    expect(await lookAt(page, 'clients-new-okta')).toEqual([]);
    const app = 'https://acme-admin.okta.com/admin/app/acme_scim_1/instance/0oa1/#tab-general';
    await page.getByLabel('Redirect URIs').fill(`${app}\n${okta.redirectUri}`);
    await stage().button('Make the client').click();
    await page.getByText('The client is made.').waitFor();
    await page.getByText('https://system-admin.okta.com/admin/app/cpc/acme_scim_1/oauth/callback').waitFor();
    expect(await lookAt(page, 'client-new')).toEqual([]);
    await stage().button('Make a secret').click();
    await stage().heading('Copy the secret now').waitFor();
    clientId = (await page.locator('#client-id').textContent()) ?? '';
    secret = (await page.locator('#secret').textContent()) ?? '';
    await page.evaluate("document.querySelector('#secret').textContent = 'pcs_' + 'x'.repeat(52)");
    expect(await lookAt(page, 'client-secret')).toEqual([]);
    await page.reload();
    await stage().heading('Okta production').waitFor();
    expect(await page.getByText('pcs_').count()).toBe(0);
    await page.getByRole('link', { name: 'Connect Okta, step by step' }).click();
    await stage().heading('Have the client at hand').waitFor();
    expect(await lookAt(page, 'client-guide')).toEqual([]);
  });

  it('an admin allows it in the window that Okta opens, and Okta gets in', async () => {
    const { page } = stage();
    okta.authorizeUrl = authorizeUrl();
    const window = await openWindow(page);
    await window.getByRole('heading', { name: 'Sign in' }).waitFor();
    await window.getByLabel('User name').fill(ADMIN);
    await window.getByLabel('Password').fill(PASSWORD);
    await window.getByRole('button', { name: 'Sign in', exact: true }).click();
    await window.getByRole('heading', { name: 'Allow Okta production?' }).waitFor();
    expect(await lookAt(window, 'client-allow')).toEqual([]);
    await window.getByRole('button', { name: 'Allow' }).click();
    await window.getByRole('heading', { name: 'Answered' }).waitFor();
    await page.getByText('Authenticated', { exact: true }).waitFor();
    const answer = new URL(window.url()).searchParams;
    expect(answer.get('state')).toBe('from okta');
    const exchange = { grant_type: 'authorization_code', redirect_uri: okta.redirectUri };
    const got = await ask({ ...exchange, code: answer.get('code') ?? '' });
    expect([got.status, got.body['token_type'], await scim(got.body['access_token'] ?? '')]).toEqual([
      200,
      'Bearer',
      200,
    ]);
    await stage().go(`/console/clients/${clientId}`);
    await page.getByText('allowed it just now').waitFor();
    expect(await lookAt(page, 'client')).toEqual([]);
    await page.getByRole('link', { name: 'End this access' }).click();
    await stage().heading('End this access?').waitFor();
    expect(await lookAt(page, 'client-access-end')).toEqual([]);
    await page.goBack();
    await stage().go('/console/clients');
    expect(await lookAt(page, 'clients')).toEqual([]);
    // Revoked, it changes nothing, whatever its token says of an hour.
    await page.getByRole('link', { name: 'Okta production' }).click();
    await page.getByLabel('Type Okta production to confirm').fill('Okta production');
    await stage().button('Revoke this client').click();
    await page.getByText('The client is revoked.').waitFor();
    const refresh = { grant_type: 'refresh_token', refresh_token: got.body['refresh_token'] ?? '' };
    expect([await scim(got.body['access_token'] ?? ''), (await ask(refresh)).status]).toEqual([401, 401]);
  });

  it('what cannot be trusted is a page, and Deny tells Okta', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/clients/new?for=okta');
    await page.getByLabel('Name').fill('Okta preview');
    await page.getByLabel('Redirect URIs').fill(okta.redirectUri);
    await stage().button('Make the client').click();
    await page.getByText('The client is made.').waitFor();
    clientId = (await page.locator('#client-id').textContent()) ?? '';
    await page.goto(authorizeUrl({ redirect_uri: `${okta.redirectUri}/elsewhere` }));
    await stage().heading('This cannot be allowed').waitFor();
    expect(await lookAt(page, 'client-untrusted')).toEqual([]);
    await page.goto(authorizeUrl());
    await page.getByRole('button', { name: 'Deny' }).press('Enter');
    await page.getByRole('heading', { name: 'Answered' }).waitFor();
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
    await stage().go(`/console/clients/${clientId}`);
    await page.getByText('Nobody yet, or it has ended.').waitFor();
  });

  function authorizeUrl(more: Readonly<Record<string, string>> = {}): string {
    const asked = { response_type: 'code', client_id: clientId, redirect_uri: okta.redirectUri, state: 'from okta' };
    return `${stage().origin}/oauth/authorize?${new URLSearchParams({ ...asked, ...more })}`;
  }

  /** The window that the button of Okta's page opens. */
  async function openWindow(page: Page): Promise<Page> {
    await page.goto(okta.origin);
    const [window] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Authenticate with Acme' }).click(),
    ]);
    return window;
  }
}
