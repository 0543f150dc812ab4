// The log: what an identity provider does and is refused appears while the page is looked at, with what to change.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readDemo } from '../../../scripts/demo-file.ts';
import { lookAt, openWindow } from './browser.ts';
import type { Stage } from './stage.ts';

const GROUP = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] };

/** Leaves two groups and a few refusals. */
export function logFlows(stage: () => Stage): void {
  const scim = async (method: string, path: string, body?: object, password?: string) => {
    const demo = readDemo(stage().state);
    if (!demo) throw new Error('no demo.json');
    const pair = `${demo.username}:${password ?? demo.password}`;
    const response = await fetch(join(demo.baseUrl, path).replace(':/', '://'), {
      method,
      headers: { authorization: `Basic ${btoa(pair)}`, 'content-type': 'application/scim+json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, requestId: response.headers.get('x-request-id') ?? '' };
  };

  it('requests appear without a reload, what is unfolded stays, and a refusal says what to change', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/log');
    const entries = page.locator('.entry');
    const before = await entries.count();
    await scim('POST', '/Groups', { ...GROUP, displayName: 'Sales' });
    await page.getByText('created the group "Sales"').waitFor({ timeout: 8_000 });
    expect(await entries.count()).toBe(before + 1);
    await entries.first().locator('summary', { hasText: 'Details' }).click();
    await scim('POST', '/Groups', { ...GROUP, displayName: 'sales' });
    await scim('GET', '/Users?filter=title%20like%20%22x%22');
    await scim('GET', '/Users', undefined, 'pck_wrong');
    await page.getByText('Failed sign-in').waitFor({ timeout: 8_000 });
    expect(await page.locator('.facts-fold[open]').count()).toBe(1);
    expect(await entries.filter({ hasText: 'Group name in use' }).getByText('In Okta').isVisible()).toBe(true);
    await stage().button('Pause').click();
    await page.getByText('Paused').waitFor();
    const paused = await entries.count();
    const hidden = await page.context().newPage();
    await hidden.addInitScript("Object.defineProperty(document, 'hidden', { value: true })");
    const looks: string[] = [];
    hidden.on('request', (request) => looks.push(new URL(request.url()).pathname));
    await hidden.goto(`${stage().origin}/console/log`);
    await scim('POST', '/Groups', { ...GROUP, displayName: 'Support' });
    await pause(3_200);
    expect(await entries.count()).toBe(paused);
    expect(looks).toContain('/console/log');
    expect(looks).not.toContain('/console/log/live');
    await hidden.close();
    await stage().button('Go on').click();
    await page.getByText('created the group "Support"').waitFor({ timeout: 2_000 });
  });

  it('filters stand in the address, and one click shows only what was refused', async () => {
    const { page } = stage();
    const { requestId } = await scim('POST', '/Groups', { ...GROUP, displayName: 'Sales' });
    await stage().signedInAt('/console/log?time=1h');
    await page.getByLabel('Done by').selectOption({ label: 'Demo (npm start) of scim-admin@acme.example' });
    await stage().button('Search').click();
    await page.locator('.entry.refused').first().waitFor();
    await page.locator('.entry:not(.refused) summary').first().click();
    await page.getByText('More filters').click();
    expect(await lookAt(page, 'log')).toEqual([]);
    await page.getByRole('link', { name: 'Only refused' }).click();
    await page.waitForURL(/show=refused/);
    await page.locator('.entry.refused').first().waitFor();
    expect(await page.locator('.entry:not(.refused)').count()).toBe(0);
    await page.getByText('More filters').click();
    await page.getByLabel('Request id').fill(requestId);
    await stage().button('Search').click();
    await page.waitForURL((url) => url.searchParams.get('request') === requestId);
    expect(new URL(page.url()).searchParams.get('show')).toBe('refused');
    expect(await page.locator('.entry').count()).toBe(1);
    await stage().go('/console/log?user=nobody&show=refused&from=yesterday');
    await page.getByRole('alert').waitFor();
    await stage().go('/console/log?user=nobody');
    await stage().heading('No entry fits these filters').waitFor();
    expect(await lookAt(page, 'log-empty')).toEqual([]);
  });

  it('the keyboard alone filters and unfolds an entry; without scripts the form does the same', async () => {
    const { page, browser } = stage();
    await stage().signedInAt('/console/log');
    await page.getByLabel('User', { exact: true }).focus();
    await page.keyboard.type('user001@acme.example');
    await page.keyboard.press('Enter');
    await page.waitForURL(/user=user001/);
    await page.getByRole('link', { name: 'Clear', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.search === '');
    await stage().button('Pause').focus();
    const reached: string[] = [];
    while (reached.at(-1) !== 'Details of this entry' && reached.length < 10) {
      await page.keyboard.press('Tab');
      reached.push(((await page.locator(':focus').textContent()) ?? '').trim());
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    await page.keyboard.press('Enter');
    await page.locator('.entry details[open] .known').first().waitFor();
    const plain = await openWindow(browser, { javaScriptEnabled: false });
    await plain.context.addCookies(await page.context().cookies());
    await plain.page.goto(`${stage().origin}/console/log?show=refused`);
    await plain.page.getByLabel('Time').selectOption('24h');
    await plain.page.getByRole('button', { name: 'Search' }).click();
    await plain.page.getByRole('link', { name: 'Look for new entries' }).click();
    expect(new URL(plain.page.url()).search).toBe('?show=refused&time=24h');
    expect(await plain.page.getByText('Pause').isVisible()).toBe(false);
    await plain.context.close();
  });
}
