// How people keep destruction under control, as scenarios of the crash-point sweep: holds, the brake, workspaces, switches.
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { setChoice, setFeature } from '../../src/directory/portal-settings.ts';
import { holdDestructions, releaseDestructions } from '../../src/lifecycle/holds.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { unwrap } from '../support/lifecycle.ts';
import { expectStatus, JANE_PATH, jane, one, patchOf, rows, userPath } from '../support/scim.ts';
import { makeJaneWithContent } from './scenarios-users.ts';
import type { Stage } from './stage.ts';
import type { Scenario } from './sweep.ts';

const LEE = 'lee.sample@acme.example';
const OFF = patchOf({ op: 'replace', path: 'active', value: false });
const steady = [[200, 200]] as const;

const contextOf = ({ env, sources }: Stage) => ({ db: env.DB, sources, actor: 'cli' });
type Command = (context: ReturnType<typeof contextOf>, stage: Stage) => Promise<{ readonly ok: boolean }>;

/** What the command line does. */
const commanded =
  (command: Command): Scenario['act'] =>
  async (stage) => [(await command(contextOf(stage), stage)).ok ? 200 : 503];

async function makeBoth(stage: Stage): Promise<void> {
  await makeJaneWithContent(stage);
  await expectStatus(201, stage.send('POST', '/Users', jane({ userName: LEE })));
  stage.known['workspaces'] = JSON.stringify(
    (await rows<{ id: string }>('SELECT id FROM workspaces')).map(({ id }) => id),
  );
}

async function janeLeft(stage: Stage): Promise<void> {
  await makeBoth(stage);
  await expectStatus(200, stage.send('PATCH', JANE_PATH, OFF));
}

const idsOf = ({ known }: Stage) => ({ ids: JSON.parse(known['workspaces'] ?? '[]') as string[] });

/** The second deactivation within the hour engages the brake. */
async function brakeIsNear(stage: Stage): Promise<void> {
  await makeBoth(stage);
  const brake = { state: 'on', percent: 1, atLeast: 1, number: 1 };
  const set = stage.env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1');
  await set.bind(JSON.stringify({ brake })).run();
  await expectStatus(200, stage.send('PATCH', userPath(LEE), OFF));
}

async function brakeHoldsJane(stage: Stage): Promise<void> {
  await brakeIsNear(stage);
  await expectStatus(200, stage.send('PATCH', JANE_PATH, OFF));
  await one("SELECT seq FROM destructions WHERE kind = 'user_content' AND state = 'held'");
}

export const CONTROL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'a hold',
    prepare: janeLeft,
    act: commanded((context) => holdDestructions(context, 'all')),
    told: steady,
    waitDays: 30,
  },
  {
    name: 'a release',
    prepare: async (stage) => {
      await janeLeft(stage);
      unwrap(await holdDestructions(contextOf(stage), 'all'));
    },
    act: commanded((context) => releaseDestructions(context, 'all')),
    told: steady,
    waitDays: 30,
  },
  {
    name: 'a deactivation that engages the brake',
    prepare: brakeIsNear,
    act: async ({ send }) => [(await send('PATCH', JANE_PATH, OFF)).status],
    told: steady,
    waitDays: 30,
  },
  {
    name: 'what the brake held comes back',
    prepare: brakeHoldsJane,
    act: commanded((context) => restoreHeld(context, { all: true })),
    told: steady,
  },
  {
    name: 'workspaces are restored to another owner',
    prepare: janeLeft,
    act: commanded((context, stage) => restoreWorkspaces(context, { ...idsOf(stage), newOwnerId: LEE })),
    told: steady,
    waitDays: 30,
  },
  {
    name: 'workspaces are transferred',
    prepare: janeLeft,
    act: commanded((context, stage) => transferWorkspaces(context, { ...idsOf(stage), newOwnerId: LEE })),
    told: steady,
    waitDays: 30,
  },
  {
    name: 'a feature is switched on',
    prepare: makeBoth,
    act: commanded((context) => setFeature(context, 'adminSync', true)),
    told: steady,
  },
  {
    name: 'a choice is made',
    prepare: makeBoth,
    act: commanded((context) => setChoice(context, 'attributesStored', 'minimal')),
    told: steady,
  },
];
