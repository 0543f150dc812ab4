// Every write scenario, its worker lost at every storage call, ends as if nothing had happened. What may differ is said in
// picture.ts, and for single scenarios in their `without`.
import { afterAll, expect, it, vi } from 'vitest';
import { CONTROL_SCENARIOS } from './scenarios-control.ts';
import { GROUP_SCENARIOS } from './scenarios-groups.ts';
import { PORTAL_SCENARIOS } from './scenarios-portal.ts';
import { USER_SCENARIOS } from './scenarios-users.ts';
import { type Swept, sweep } from './sweep.ts';

const SCENARIOS = [...USER_SCENARIOS, ...GROUP_SCENARIOS, ...PORTAL_SCENARIOS, ...CONTROL_SCENARIOS];
const swept: Swept[] = [];

it.each(SCENARIOS)(
  '$name: whichever storage call loses its worker, the end is the same',
  async (scenario) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const result = await sweep(scenario).finally(() => vi.restoreAllMocks());
    swept.push(result);
    expect(result.points).toBe(3 * result.calls);
  },
  240_000,
);

afterAll(() => {
  const points = swept.reduce((sum, result) => sum + result.points, 0);
  const lines = swept.map(({ scenario, calls }) => `${String(calls).padStart(4)} calls: ${scenario}`);
  console.log([...lines, `${points} crash points in ${swept.length} scenarios`].join('\n'));
});
