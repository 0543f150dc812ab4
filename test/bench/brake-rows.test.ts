// What the brake costs: a deactivation where the policy has one, before it engages and while it holds.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { deactivateByOkta, makePeople, portalWith, WAYS, type Way } from '../support/brake.ts';
import { Measurements } from '../support/budget.ts';
import type { Portal } from '../support/portal.ts';

const WORKSPACES = 3;
const DELETE = WAYS['DELETE'] as Way;

/** Beside `10 + workspaces`: the mail and the held account look at the portal's row, which is one row each, and so do the states of
 * the ledger's rows where the policy condemns content and workspaces; a DELETE may find its block of the list already there. */
const LOOKS = { keep: 2, destroy: 5 } as const;

describe.each(['keep', 'destroy'] as const)('a portal with a brake whose policy is to %s', (policy) => {
  const measured = new Measurements();
  let portal: Portal;
  let ids: string[];

  beforeAll(async () => {
    const deactivation =
      policy === 'destroy'
        ? ({ profile: 'remove', content: 'destroy', workspaces: 'archive' } as const)
        : ({ profile: 'keep', content: 'keep', workspaces: 'keep' } as const);
    portal = await portalWith({ brake: { state: 'on', percent: 99, atLeast: 2, number: 2 }, deactivation });
    ids = await makePeople(portal, 6);
    for (const id of ids) {
      const owner = await env.DB.prepare('SELECT seq FROM users WHERE id = ?').bind(id).first<number>('seq');
      for (let i = 0; i < WORKSPACES; i++) {
        await createWorkspace(env, portal.sources, { ownerSeq: owner ?? 0, name: `Workspace ${i}` });
      }
    }
    await portal.send('GET', '/Users?count=1');
  });

  afterAll(() => console.log(measured.table(`with a brake, ${policy}`)));

  const passing = { calls: 2, read: 10 + LOOKS[policy] + WORKSPACES, written: 10 + WORKSPACES };
  /** The held account is a row and its index row; it reads the user's keys. The mail reads the admins. */
  const held = { calls: 2, read: passing.read + 4, written: passing.written + 4 };
  const engaging = { ...held, read: held.read + 4, written: held.written + 2 };

  it.each([
    ['deactivate, not engaged', 0, deactivateByOkta, passing],
    ['DELETE, not engaged', 1, DELETE, passing],
    ['deactivate that engages', 2, deactivateByOkta, engaging],
    ['deactivate, held', 3, deactivateByOkta, held],
    ['DELETE, held', 4, DELETE, held],
    ['DELETE of an inactive user, held', 3, DELETE, held],
  ] as const)('%s stays within its budget', async (name, at, way, budget) => {
    const id = ids[at] ?? '';
    const status = way === DELETE ? 204 : 200;
    await measured.hold(portal, { name, budget, status, run: (send) => way({ ...portal, send }, id) });
  });
});
