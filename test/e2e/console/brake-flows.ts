// The brake: off, engaged with many people held, some and all restored, some released.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { endFlood, type Flood, makeFlood } from '../../support/flood.ts';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

const HELD = 90;

/** The portal is as it was, afterwards. */
export function brakeFlows(stage: () => Stage): void {
  let flood: Flood;

  it('says of a portal without one what that means', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/brake');
    await page.getByText('This portal has no brake.').waitFor();
    expect(await lookAt(page, 'brake-off')).toEqual([]);
  });

  it('engaged: some are restored and some released, each after a look', async () => {
    const { page } = stage();
    await stage().behind(async ({ DB }) => {
      await DB.prepare(`UPDATE portal SET policy = '{"brake":{"state":"on"}}', version = version + 1`).run();
      flood = await makeFlood(DB, HELD, Date.now());
    });
    await stage().signedInAt('/console/brake');
    await stage().heading(`Held: ${HELD} people`).waitFor();
    expect(await lookAt(page, 'brake')).toEqual([]);
    await page.getByLabel('Select leaver1@acme.example').check();
    await page.getByLabel('Select leaver2@acme.example').check();
    await stage().button('Restore those selected').click();
    await stage().heading('Restored: 2 people').waitFor();
    expect(await lookAt(page, 'brake-restored')).toEqual([]);
    await page.getByRole('link', { name: 'Back to the brake' }).click();
    await page.getByLabel('Select leaver3@acme.example').check();
    await stage().button('Release those selected…').click();
    await stage().heading('Release one person?').waitFor();
    await page.getByLabel('Type RELEASE to confirm').fill('yes');
    await stage().button('Release and destroy').click();
    await page.getByRole('alert').waitFor();
    expect(await lookAt(page, 'brake-release')).toEqual([]);
    await page.getByLabel('Type RELEASE to confirm').fill('release');
    await stage().button('Release and destroy').click();
    await page.getByText('Released: the destruction goes on').waitFor();
    await stage()
      .heading(`Held: ${HELD - 3} people`)
      .waitFor();
  });

  it('restoring everybody by the keyboard alone shows how far it is, and goes on by itself', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/brake');
    // Pieces that the script sends wait for their turn, so that each state can be looked at however fast the machine is.
    let turns = 0;
    await page.route('**/console/brake/restore', async (route) => {
      if (route.request().resourceType() === 'fetch') {
        while (turns <= 0) await pause(20);
        turns -= 1;
      }
      await route.continue();
    });
    do await page.keyboard.press('Tab');
    while ((await page.locator(':focus').textContent()) !== 'Restore everybody');
    await page.keyboard.press('Enter');
    const bar = page.getByRole('progressbar');
    await bar.waitFor();
    const shown = async () =>
      Number(/^(\d+) of 87 /.exec((await page.locator('.work [role=status]').textContent()) ?? '')?.[1]);
    const filled = () => bar.evaluate((element) => (element as unknown as { value: number }).value);
    const first = await shown();
    expect([first > 0 && first < 87, await filled()]).toEqual([true, first]);
    expect(await lookAt(page, 'brake-restoring')).toEqual([]);
    turns = 1;
    while ((await shown()) === first) await pause(20);
    const second = await shown();
    expect([second > first && second < 87, await filled()]).toEqual([true, second]);
    turns = 100;
    await stage().heading('Restored: 87 people').waitFor();
    await page.getByText('The brake is lifted').waitFor();
    await page.unrouteAll();
    await stage().go('/console/brake');
    await page.getByText('Watching').waitFor();
    expect(await lookAt(page, 'brake-watching')).toEqual([]);
    await stage().behind(({ DB }) => endFlood(DB, flood));
  });
}
