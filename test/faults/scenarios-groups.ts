// What identity providers do to groups, as scenarios of the crash-point sweep. Cooks has Jane as a member, and not Lee.
import { GROUP } from '../support/groups.ts';
import { expectStatus, JANE, jane, patchOf } from '../support/scim.ts';
import type { Stage } from './stage.ts';
import type { Scenario } from './sweep.ts';

const LEE = 'lee.sample@acme.example';

async function makeCooks({ send, known }: Stage): Promise<void> {
  await expectStatus(201, send('POST', '/Users', jane()));
  await expectStatus(201, send('POST', '/Users', jane({ userName: LEE })));
  const cooks = { schemas: [GROUP], displayName: 'Cooks', members: [{ value: JANE }] };
  const { body } = await expectStatus(201, send('POST', '/Groups', cooks));
  known['cooks'] = body.id;
}

const ofCooks =
  (method: string, body?: unknown): Scenario['act'] =>
  async ({ send, known }) => [(await send(method, `/Groups/${known['cooks']}`, body)).status];

const patched = (...operations: object[]) => ofCooks('PATCH', patchOf(...operations));
const steady = [[200, 200]] as const;

export const GROUP_SCENARIOS: readonly Scenario[] = [
  {
    name: 'create of a group',
    prepare: makeCooks,
    act: async ({ send }) => [
      (await send('POST', '/Groups', { displayName: 'Bakers', members: [{ value: JANE }, { value: LEE }] })).status,
    ],
    told: [[201, 409]],
  },
  {
    name: 'PUT of a group',
    prepare: makeCooks,
    act: ofCooks('PUT', { schemas: [GROUP], displayName: 'Bakers', members: [{ value: LEE }] }),
    told: steady,
  },
  {
    name: 'a new name',
    prepare: makeCooks,
    act: patched({ op: 'replace', value: { displayName: 'Bakers' } }),
    told: steady,
  },
  {
    name: 'a new member',
    prepare: makeCooks,
    act: patched({ op: 'add', path: 'members', value: [{ value: LEE }] }),
    told: steady,
  },
  {
    name: 'a member less',
    prepare: makeCooks,
    act: patched({ op: 'remove', path: `members[value eq "${JANE}"]` }),
    told: steady,
  },
  { name: 'DELETE of a group', prepare: makeCooks, act: ofCooks('DELETE'), told: [[204, 404]] },
];
