// Settings with the keyboard alone, and the mails to admins.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

/** The portal is as it was, afterwards. */
export function settingsFlows(stage: () => Stage): void {
  it('are read, and the keyboard alone gives the portal another name', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/settings');
    expect(await lookAt(page, 'settings')).toEqual([]);
    const rename = async (name: string) => {
      do await page.keyboard.press('Tab');
      while ((await page.locator(':focus').getAttribute('id')) !== 'name');
      await page.keyboard.press('Control+A');
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await page.getByText('The portal has its new name.').waitFor();
    };
    await rename('Acme Ltd');
    await page.getByRole('link', { name: 'Acme Ltd' }).waitFor();
    await rename('Acme');
  });

  it('of the brake are refused in a sentence, and saved', async () => {
    const { page } = stage();
    const setPolicy = (policy: string) =>
      stage().behind(({ DB }) => DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(policy).run());
    await setPolicy('{"brake":{"state":"on"}}');
    await stage().signedInAt('/console/settings#brake');
    await page.getByLabel('Always allowed').fill('200');
    await stage().button('Save the brake').click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Always allowed').inputValue()).toBe('200');
    expect(await lookAt(page, 'settings-wrong')).toEqual([]);
    await page.getByLabel('Always allowed').fill('20');
    await stage().button('Save the brake').click();
    await page.getByText('The brake is set.').waitFor();
    expect(await page.getByLabel('Always allowed').inputValue()).toBe('20');
    await setPolicy('{}');
  });

  it('lead to the mails: a dead one is read, with the reason, and tried again', async () => {
    const { page } = stage();
    await stage().behind(({ DB }) =>
      DB.prepare(
        `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at, attempts, dead_at, last_error)
         SELECT 'admin_granted', 'm' || value, 'jane.example@acme.example', 'cli', (SELECT json_group_array(seq) FROM users WHERE role = 'admin'),
           ?1, ?1, 8, ?1, '2 not delivered: E_RATE: the mail service did not accept it' FROM json_each('[1,2]')`,
      )
        .bind(Date.now() - 3 * 3_600_000)
        .run(),
    );
    await stage().signedInAt('/console/settings');
    await page.getByRole('link', { name: 'Mails to admins' }).click();
    await stage().button('Try all again').waitFor();
    expect(await lookAt(page, 'mails')).toEqual([]);
    await page.getByRole('link', { name: 'became an admin' }).first().click();
    await stage().heading('The mail').waitFor();
    expect(await lookAt(page, 'mail')).toEqual([]);
    await stage().button('Try again').click();
    await page.getByText('It goes out within a minute.').waitFor();
    await stage().go('/console/mails?show=sent');
    await page.getByRole('link', { name: 'Waiting' }).click();
    await stage().behind(({ DB }) => DB.prepare("DELETE FROM outbox WHERE mutation_id IN ('m1', 'm2')").run());
    await stage().go('/console/mails');
    await stage().heading('Every mail went out').waitFor();
    expect(await lookAt(page, 'mails-empty')).toEqual([]);
  });
}
