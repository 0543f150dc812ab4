// What hangs on a team besides its people: the choice of one for first sign-ins, who comes in when the division begins to decide,
// and what people ask for that is no team.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SettingsContext, setChoice, switchPreset } from '../../src/directory/portal-settings.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { listAsked, listMembers, readAsked, selectAsked } from '../../src/directory/team-list.ts';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import type { Result } from '../../src/failure.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, jane, make, one, rows } from '../support/scim.ts';

let portal: Portal;
let context: SettingsContext;
const begin = async (preset: PresetName) => {
  portal = await freshPortal(preset);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
};
beforeEach(() => begin('sendoso'));

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.failure.detail);
}
const own = async () => JSON.parse((await one<{ policy: string }>('SELECT policy FROM portal')).policy);
const last = async () => (await rows('SELECT rule, attributes FROM journal ORDER BY seq')).at(-1);
const person = async (userName: string, division?: string) =>
  (await make(portal, jane({ userName, ...(division === undefined ? {} : { [ENTERPRISE]: { division } }) }))).id;
const teams = async () =>
  Object.fromEntries(
    (
      await rows<{ name: string; team: string | null }>(
        "SELECT user_name AS name, (SELECT name FROM teams WHERE seq = team_seq) AS team FROM users WHERE login_type = 'saml'",
      )
    ).map(({ name, team }) => [name.split('@')[0], team]),
  );

async function expectNothing(work: Promise<Result<unknown>>, sentence: RegExp): Promise<void> {
  const before = await dump();
  expect(await work).toMatchObject({ ok: false, failure: { detail: expect.stringMatching(sentence) } });
  expect(await dump()).toEqual(before);
}

describe('the team of first sign-ins', () => {
  it('is one that there is', async () => {
    await expectNothing(setChoice(context, 'jit.defaultTeam', 'North'), /no team of that name/);
    must(await addTeam(context, 'North'));
    must(await setChoice(context, 'jit.defaultTeam', 'North'));
    expect(await own()).toEqual({ jit: { defaultTeam: 'North' } });
  });

  it('follows its new name, and other choices stay', async () => {
    must(await addTeam(context, 'North'));
    must(await setChoice(context, 'jit.state', 'off'));
    must(await setChoice(context, 'jit.defaultTeam', 'North'));
    expect(must(await renameTeam(context, 'North', 'Northern'))).toEqual({ users: 0, wasDefault: true });
    expect(await own()).toEqual({ jit: { state: 'off', defaultTeam: 'Northern' } });
    expect(await last()).toEqual({ rule: 'team_renamed', attributes: '["teams","jit.defaultTeam"]' });
  });

  it('is none when the team is removed', async () => {
    must(await addTeam(context, 'North'));
    must(await addTeam(context, 'South'));
    must(await setChoice(context, 'jit.defaultTeam', 'North'));
    expect(must(await removeTeam(context, 'South'))).toEqual({ users: 0, wasDefault: false });
    expect(must(await removeTeam(context, 'North'))).toEqual({ users: 0, wasDefault: true });
    expect(await own()).toEqual({});
    expect(await last()).toEqual({ rule: 'team_removed', attributes: '["teams","jit.defaultTeam"]' });
  });

  it('cannot be chosen and removed at the same time', async () => {
    must(await addTeam(context, 'North'));
    const meanwhile = () => removeTeam(context, 'North');
    const racing = { ...context, db: new Faults(firstWrite({ meanwhile })).over({ DB: env.DB }).DB ?? env.DB };
    expect(await setChoice(racing, 'jit.defaultTeam', 'North')).toMatchObject({ ok: false });
    expect(await own()).toEqual({});
  });

  it('that is chosen while it is being removed is not forgotten: the removal is refused', async () => {
    must(await addTeam(context, 'North'));
    const meanwhile = () => setChoice(context, 'jit.defaultTeam', 'North');
    const racing = { ...context, db: new Faults(firstWrite({ meanwhile })).over({ DB: env.DB }).DB ?? env.DB };
    expect(await removeTeam(racing, 'North')).toMatchObject({ ok: false, failure: { code: 'too_much_contention' } });
    expect(await own()).toEqual({ jit: { defaultTeam: 'North' } });
  });
});

describe('people of first sign-ins whose division named no team', () => {
  /** Where a first sign-in puts them, and others: each in the team `Lobby`. */
  const arrive = async (...people: readonly (readonly [name: string, division?: string])[]) => {
    must(await addTeam(context, 'Lobby'));
    must(await setChoice(context, 'jit.defaultTeam', 'Lobby'));
    for (const [name, division] of people) await person(`${name}@acme.example`, division);
    await env.DB.prepare(
      "UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = 'Lobby') WHERE login_type = 'saml'",
    ).run();
  };

  it('ask for the team, and come into it when it is made', async () => {
    await arrive(['ann', 'West'], ['ben', 'West'], ['cem', 'East'], ['dan']);
    const divisions = [
      { division: 'West', people: 2 },
      { division: 'East', people: 1 },
    ];
    expect(must(await listAsked(env.DB))).toEqual({ divisions, people: 3, looked: undefined });
    expect(must(await addTeam(context, 'West')).users).toBe(2);
    expect(await teams()).toEqual({ ann: 'West', ben: 'West', cem: 'Lobby', dan: 'Lobby' });
    expect(must(await listAsked(env.DB)).divisions).toEqual([{ division: 'East', people: 1 }]);
  });

  it('come into it when a team gets that name, and stay where the team of first sign-ins itself gets it', async () => {
    await arrive(['ann', 'West'], ['cem', 'East']);
    must(await addTeam(context, 'Coast'));
    expect(must(await renameTeam(context, 'Coast', 'West'))).toEqual({ users: 1, wasDefault: false });
    expect(must(await renameTeam(context, 'Lobby', 'East'))).toEqual({ users: 0, wasDefault: true });
    expect(await teams()).toEqual({ ann: 'West', cem: 'East' });
    expect(must(await listAsked(env.DB)).people).toBe(0);
  });

  it('stay in any other team, and where the division decides nothing', async () => {
    await arrive(['ann', 'West']);
    must(await addTeam(context, 'Other'));
    must(await setChoice(context, 'jit.defaultTeam', 'Other'));
    expect(must(await listAsked(env.DB)).people).toBe(0);
    expect(must(await addTeam(context, 'West')).users).toBe(0);
    must(await setChoice(context, 'teamBy', 'portal'));
    must(await setChoice(context, 'jit.defaultTeam', 'Lobby'));
    must(await renameTeam(context, 'West', 'East'));
    expect(must(await renameTeam(context, 'East', 'West')).users).toBe(0);
    expect(await teams()).toEqual({ ann: 'Lobby' });
  });

  it('come into it when the division begins to decide, and are counted', async () => {
    must(await setChoice(context, 'teamBy', 'portal'));
    await arrive(['ann', 'West'], ['ben', 'Lobby'], ['cem', 'East']);
    await person('dan@acme.example', 'West');
    must(await addTeam(context, 'West'));
    expect(must(await setChoice(context, 'teamBy', 'division')).cameIn).toBe(2);
    expect(await teams()).toEqual({ ann: 'West', ben: 'Lobby', cem: 'Lobby', dan: 'West' });
    expect(must(await setChoice(context, 'teamBy', 'division')).cameIn).toBeUndefined();
  });
});

describe('where the division begins to decide', () => {
  it('people in no team come into the one that their division names, and others stay where they are', async () => {
    await begin('open');
    for (const name of ['North', 'South']) must(await addTeam(context, name));
    await person('ann@acme.example', 'North');
    await person('ben@acme.example', 'Nowhere');
    await person('cem@acme.example', 'North');
    await env.DB.prepare(
      "UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = 'South') WHERE user_name = 'cem@acme.example'",
    ).run();
    expect(await teams()).toEqual({ ann: null, ben: null, cem: 'South' });
    must(await setChoice(context, 'teamBy', 'division'));
    expect(await teams()).toEqual({ ann: 'North', ben: null, cem: 'South' });
    must(await setChoice(context, 'teamBy', 'portal'));
    expect(await teams()).toEqual({ ann: 'North', ben: null, cem: 'South' });
  });

  it('also by a preset', async () => {
    await begin('open');
    must(await addTeam(context, 'North'));
    await person('ann@acme.example', 'North');
    must(await switchPreset(context, 'sendoso', 'keep'));
    expect(await teams()).toEqual({ ann: 'North' });
  });
});

describe('what people ask for', () => {
  it('is each division that names no team, of people who would come in', async () => {
    must(await addTeam(context, 'North'));
    await person('ann@acme.example', 'West');
    await person('ben@acme.example', 'West');
    await person('cem@acme.example', ' East');
    await person('dan@acme.example', 'North');
    await person('eve@acme.example');
    const gone = await person('fay@acme.example', 'Gone');
    await portal.send('DELETE', `/Users/${gone}`);
    const divisions = [
      { division: 'West', people: 2 },
      { division: ' East', people: 1 },
    ];
    expect(must(await listAsked(env.DB))).toEqual({ divisions, people: 3, looked: undefined });
    expect(must(await addTeam(context, 'West')).users).toBe(2);
    expect(must(await listAsked(env.DB)).people).toBe(1);
  });

  it('is looked for among the newest only, and says so', async () => {
    await person('ann@acme.example', 'West');
    await person('ben@acme.example', 'West');
    await person('cem@acme.example', 'East');
    const limits = { looked: 2, divisions: 1 };
    const asked = readAsked(await selectAsked(env.DB, limits).run(), limits);
    expect(asked).toEqual({ divisions: [{ division: 'East', people: 1 }], people: 2, looked: 2 });
  });
});

it('the members of a team are those in it, deactivated ones too, and no others', async () => {
  must(await addTeam(context, 'North'));
  await person('ann@acme.example', 'North');
  const ben = await person('ben@acme.example', 'North');
  await person('cem@acme.example');
  await portal.send('PATCH', `/Users/${ben}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  });
  expect(must(await listMembers(env.DB, 'North', 10))).toEqual([
    { userName: 'ann@acme.example', role: 'sender', active: 1 },
    { userName: 'ben@acme.example', role: 'sender', active: 0 },
  ]);
  expect(must(await listMembers(env.DB, 'North', 1))).toHaveLength(1);
  expect(must(await listMembers(env.DB, 'north', 10))).toEqual([]);
});
