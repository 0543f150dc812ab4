// One user: what the page tells, and what an admin does with the account.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

/** The portal is left with its demo users as they were, but for `user005`. */
export function userFlows(stage: () => Stage): void {
  const seqOf = (userName: string) =>
    stage().behind(async ({ DB }) => {
      const row = await DB.prepare('SELECT seq FROM users WHERE user_name = ?').bind(userName).first<{ seq: number }>();
      return row?.seq ?? 0;
    });

  it('the page of a user shows the profile and what the user owns', async () => {
    const seq = await seqOf('user005@acme.example');
    await stage().signedInAt(`/console/users/${seq}`);
    expect(await lookAt(stage().page, 'user')).toEqual([]);
    await stage().go(`/console/users/${await seqOf('scim-admin@acme.example')}`);
    expect(await lookAt(stage().page, 'user-service')).toEqual([]);
    await stage().go(`/console/users/${await seqOf('admin@acme.example')}`);
    expect(await lookAt(stage().page, 'user-own')).toEqual([]);
    await stage().go('/console/users/4711');
    expect(await lookAt(stage().page, 'user-none')).toEqual([]);
  });
}
