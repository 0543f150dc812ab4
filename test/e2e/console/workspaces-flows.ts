// Workspaces in the browser: a person leaves, and what was theirs is found, transferred, restored and held.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import { addPerson, deactivate } from './leaver.ts';
import type { Stage } from './stage.ts';

const LEAVER = 'robin.sample@acme.example';
const HEIR = 'user002@acme.example';

export function workspacesFlows(stage: () => Stage): void {
  const look = async (name: string) => expect(await lookAt(stage().page, name)).toEqual([]);

  it('what a person left behind is transferred and restored, step by step', async () => {
    await stage().signedInAt('/console/workspaces?state=held&q=nothing-of-this-name');
    await stage().heading('Nothing found').waitFor();
    await addPerson(stage(), LEAVER, ['Contract <b>review</b>', 'Onboarding', 'Quarterly report', 'Archive 2024']);
    await deactivate(stage(), LEAVER);
    await stage().behind(({ DB }) =>
      DB.prepare(
        "UPDATE destructions SET due_at = due_at - 28 * 86400000 WHERE kind = 'workspaces' AND state = 'pending' AND user_seq = (SELECT seq FROM users WHERE id = ?)",
      )
        .bind(LEAVER)
        .run(),
    );
    const { page } = stage();
    await stage().go(`/console/workspaces?state=archived&of=${LEAVER}`);
    expect(await stage().button('Restore').isDisabled()).toBe(true);
    await page.getByLabel('Select Contract <b>review</b>').check();
    await page.getByLabel('Select Onboarding').check();
    await page.getByText('2 selected').waitFor();
    await look('workspaces-archived');
    await stage().button('Restore').click();
    await stage().heading('Restore 2 workspaces').waitFor();
    await page.getByLabel('New owner').fill('user00');
    await stage().button('Continue').click();
    await page.getByText('Do you mean').waitFor();
    await look('workspaces-restore-whom');
    await page.getByRole('link', { name: HEIR }).click();
    await page.getByText(`2 workspaces become active again and go to`).waitFor();
    await stage().button('Restore 2 workspaces').click();
    await page.getByText('2 workspaces are restored and open again.').waitFor();
  });

  it('by the keyboard alone one is found by its name, and put on hold', async () => {
    await stage().signedInAt('/console/workspaces?state=archived');
    const { page } = stage();
    await page.getByLabel('Name contains').focus();
    await page.keyboard.type('quarterly');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=quarterly/);
    await page.getByLabel('Select Quarterly report').focus();
    await page.keyboard.press('Space');
    const reached: string[] = [];
    while (reached.at(-1) !== 'Hold' && reached.length < 12) {
      await page.keyboard.press('Tab');
      reached.push(((await page.locator(':focus').textContent()) ?? '').trim());
    }
    await page.keyboard.press('Enter');
    await stage().heading('Hold Quarterly report').waitFor();
    await stage().button('Hold this workspace').focus();
    await page.keyboard.press('Enter');
    await page.getByText('1 workspace is on hold').waitFor();
    await stage().heading('Quarterly report').waitFor();
    await look('workspace-held');
  });

  it('a destruction is held from the list, released with its word typed, and leaves a receipt', async () => {
    await stage().behind(({ DB }) =>
      DB.prepare(
        "UPDATE destructions SET due_at = due_at - 2 * 86400000 WHERE kind = 'workspaces' AND state = 'pending' AND user_seq = (SELECT seq FROM users WHERE id = ?) AND due_at > unixepoch() * 1000",
      )
        .bind(LEAVER)
        .run(),
    );
    await stage().signedInAt('/console/destructions');
    const { page } = stage();
    await look('destructions-coming');
    await page.getByLabel(`Select 1 workspace of ${LEAVER}`).check();
    await stage().button('Hold').click();
    await stage().heading('Hold this destruction').waitFor();
    await stage().button('Hold it').click();
    await page.getByText('1 destruction is on hold').waitFor();
    await stage().button('Release').click();
    await page.getByText('1 destruction is overdue').waitFor();
    await page.getByLabel('Type delete to confirm').fill('no');
    await stage().button('Release it').click();
    await page.getByText('type delete into the field').waitFor();
    await look('destructions-release');
    await page.getByLabel('Type delete to confirm').fill('delete');
    await stage().button('Release it').click();
    await page.getByText('The legal hold of 1 destruction has ended.').waitFor();
    await stage().go('/console/destructions?show=held');
    await page.getByRole('link', { name: 'Release everything' }).click();
    await stage().heading('Release everything').waitFor();
    await stage().go('/console/destructions?show=done');
    await page.getByRole('link', { name: 'Files and messages' }).first().click();
    await page.getByText('This is the receipt').waitFor();
    await look('destruction-receipt');
  });
}
