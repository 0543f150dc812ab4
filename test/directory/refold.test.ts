// The column that filters read, made anew after a change of policy, also for users who carry as much as a user may.
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { refoldUsers } from '../../src/directory/refold.ts';
import { freshPortal } from '../support/portal.ts';

it('takes a page of large users, more than one parameter of D1 can carry', async () => {
  const portal = await freshPortal();
  for (let n = 0; n < 30; n++) {
    const reply = await portal.send('POST', '/Users', {
      userName: `user${n}@acme.example`,
      displayName: `${n} ${'x'.repeat(60_000)}`,
      title: `Clerk ${n}`,
    });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  }
  const before = await folded();
  await env.DB.prepare("UPDATE users SET folded = '{}' WHERE login_type = 'saml'").run();
  expect(await refoldUsers({ db: env.DB, sources: portal.sources, actor: 'test' })).toEqual({
    ok: true,
    value: undefined,
  });
  expect(await folded()).toEqual(before);
});

async function folded(): Promise<unknown[]> {
  const { results } = await env.DB.prepare("SELECT id, folded FROM users WHERE login_type = 'saml' ORDER BY seq").all();
  return results;
}
