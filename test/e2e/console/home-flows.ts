// Home of a portal in trouble.
import { expect, it } from 'vitest';
import { makeTrouble } from '../../support/trouble.ts';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

/** Last of all: the portal stays in trouble. */
export function homeFlows(stage: () => Stage): void {
  it('a portal in trouble shows all of it, and stored markup as text', async () => {
    await stage().behind(({ DB }) => makeTrouble(DB, Date.now()));
    await stage().signedInAt('/console');
    await stage().heading('The brake is engaged').waitFor();
    expect(await stage().page.getByText('Okta <b>production</b>').count()).toBeGreaterThan(0);
    expect(await lookAt(stage().page, 'home-trouble')).toEqual([]);
    await stage().page.getByText('What to change').first().click();
    await stage().page.getByText('Okta: ').first().waitFor();
    await stage().page.getByRole('link', { name: 'See who is held' }).click();
    await stage().heading('The brake').waitFor();
  });
}
