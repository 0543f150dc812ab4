// The screens of teams: the list, making, renaming and removing one, and what people ask for that is no team.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SettingsContext, setChoice } from '../../src/directory/portal-settings.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { addTeam, removeTeam } from '../../src/directory/teams.ts';
import { ADMIN, type Page, signedIn, type Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, jane, make, one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let context: SettingsContext;
const begin = async (preset: PresetName) => {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
};
beforeEach(() => begin('sendoso'));

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const list = async (query = '') => textOf((await admin.get(`/console/teams${query}`)).text);
const idOf = async (name: string) => (await one<{ id: string }>('SELECT id FROM teams WHERE name = ?', name)).id;
const pathOf = async (name: string, below = '') => `/console/teams/${await idOf(name)}${below}`;
const post = (path: string, fields: Record<string, string> = {}, who = admin) => who.post(path, { fields });
const landed = async (page: Page) => textOf((await admin.get(page.location ?? '')).text);
const names = async () =>
  (await rows<{ name: string }>('SELECT name FROM teams ORDER BY name')).map(({ name }) => name);
const person = (userName: string, division?: string) =>
  make(portal, jane({ userName, ...(division === undefined ? {} : { [ENTERPRISE]: { division } }) }));

/** The list, with one person more who asks for `West`. */
async function listAfter(name: string): Promise<string> {
  await person(`${name}@acme.example`, 'West');
  return list();
}

async function refused(page: Promise<Page>, status: number, says: RegExp) {
  const before = await dump();
  const answer = await page;
  expect([answer.status, textOf(answer.text)]).toEqual([status, expect.stringMatching(says)]);
  expect(await dump()).toEqual(before);
  return answer;
}

describe('the list', () => {
  it('is empty at first, and says what to do', async () => {
    expect(await list()).toContain('There is no team yet');
    expect((await admin.get('/console/settings')).text).toContain('href="/console/teams"');
  });

  it('has each team with its people, and leads to them', async () => {
    for (const name of ['North', 'South & <b>']) await addTeam(context, name);
    await person('ann@acme.example', 'North');
    await person('ben@acme.example', 'South & <b>');
    await person('cem@acme.example', 'South & <b>');
    expect(await list()).toMatch(/North one person .* South &amp; &lt;b&gt; 2 people/);
    const { text } = await admin.get('/console/teams');
    const members = /href="(\/console\/users\?[^"]*South[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const shown = textOf((await admin.get(members)).text);
    expect(shown).toContain('ben@acme.example');
    expect(shown).not.toContain('ann@acme.example');
  });

  it('has pages by name, and finds a part of a name in any case', async () => {
    const all = Array.from({ length: 30 }, (_, n) => `Team ${String(n + 10)}`);
    for (const name of all) await addTeam(context, name);
    const { text } = await admin.get('/console/teams');
    const next = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = textOf((await admin.get(next)).text);
    expect(all.filter((name) => textOf(text).includes(name))).toEqual(all.slice(0, 25));
    expect(all.filter((name) => second.includes(name))).toEqual(all.slice(25));
    const found = await list('?q=EAM%2017');
    expect(all.filter((name) => found.includes(name))).toEqual(['Team 17']);
    expect(await list('?q=nothing')).toContain('No team found');
  });

  it('costs one call of D1', async () => {
    await addTeam(context, 'North');
    const { db, cost } = countedDb(env.DB);
    expect((await admin.over({ DB: db }).get('/console/teams')).status).toBe(200);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(20);
  });
});

describe('a new team', () => {
  it('takes in who asks for it, is journalled under the admin, and the page says how many', async () => {
    await person('ann@acme.example', 'West');
    await person('ben@acme.example', 'West');
    const page = await post('/console/teams', { name: ' West ' });
    expect(await landed(page)).toContain('The team is there. 2 people came in, whose division has asked for it.');
    expect(await names()).toEqual(['West']);
    expect((await rows('SELECT actor, rule FROM journal ORDER BY seq')).at(-1)).toEqual({
      actor: ADMIN,
      rule: 'team_added',
    });
    expect(await list()).toContain('2 people');
  });

  it('has a name that no other has, and what was typed is kept', async () => {
    await addTeam(context, 'West');
    const page = await refused(post('/console/teams', { name: 'West' }), 400, /one of that name already/);
    expect(page.text).toContain('value="West"');
    await refused(post('/console/teams', { name: '  ' }), 400, /1 to 200 characters/);
    await refused(post('/console/teams', { name: 'x'.repeat(201) }), 400, /1 to 200 characters/);
    await refused(post('/console/teams'), 400, /1 to 200 characters/);
  });

  it('is made once although the answer was lost, and not at all where D1 fails', async () => {
    const through = (fault: { fails: string; moment: 'before' | 'after' }) =>
      post('/console/teams', { name: 'West' }, admin.over(new Faults(firstWrite(fault)).over({ DB: env.DB })));
    await refused(through({ fails: 'D1 DB is overloaded', moment: 'before' }), 503, /./);
    expect((await through({ fails: 'Network connection lost.', moment: 'after' })).status).toBe(303);
    expect(await names()).toEqual(['West']);
  });
});

describe('teams that people ask for', () => {
  it('are counted, named, and made by one click; a name that no team can have is to be corrected', async () => {
    for (const name of ['ann', 'ben']) await person(`${name}@acme.example`, 'West');
    await person('cem@acme.example', 'East ');
    await person('dan@acme.example', 'x'.repeat(201));
    const text = await list();
    expect(text).toContain('4 people ask for teams that do not exist');
    expect(text).toMatch(/West 2 people Make this team : West/);
    expect(text).toContain('has spaces around it, which no team has');
    expect(text).toContain('is too long for a team');
    expect(await landed(await post('/console/teams', { name: 'West' }))).toContain('2 people came in');
    expect(await list()).toContain('2 people ask for teams that do not exist');
  });

  it('are of people in the team of first sign-ins too, where there is one', async () => {
    expect(await listAfter('ann')).toContain('They are in no team. Make the team');
    await addTeam(context, 'Lobby');
    await setChoice(context, 'jit.defaultTeam', 'Lobby');
    await env.DB.prepare("UPDATE users SET team_seq = (SELECT seq FROM teams) WHERE login_type = 'saml'").run();
    const text = await listAfter('ben');
    expect(text).toContain('2 people ask for a team that does not exist');
    expect(text).toContain('They are in no team or in “Lobby” (first sign-ins). Make the team');
    expect(textOf((await admin.get(await pathOf('Lobby'))).text)).toContain(
      'People in no team or in “Lobby” (first sign-ins) whose division is the new name come in.',
    );
    expect(await landed(await post('/console/teams', { name: 'West' }))).toContain('2 people came in');
  });

  it('are nothing where the portal puts people into teams itself', async () => {
    await begin('open');
    await person('ann@acme.example', 'West');
    const text = await list();
    expect(text).not.toContain('ask for');
    expect(text).toContain('Admins put people into teams, each on the page of the person.');
  });
});

describe('one team', () => {
  beforeEach(async () => {
    await addTeam(context, 'North');
    await person('ann@acme.example', 'North');
  });

  it('gets another name: its people stay, others come in, and first sign-ins follow', async () => {
    await person('ben@acme.example', 'Northern');
    await setChoice(context, 'jit.defaultTeam', 'North');
    const page = await post(await pathOf('North', '/name'), { name: 'Northern' });
    const text = await landed(page);
    expect(text).toContain('The team has its new name, and everybody stays in it. One person came in');
    expect(text).toContain('It is still the team of first sign-ins.');
    expect(text).toContain('2 people');
    expect(await list()).toContain('for first sign-ins without a division');
  });

  it('keeps its name where another has the new one', async () => {
    await addTeam(context, 'South');
    const page = await refused(
      post(await pathOf('North', '/name'), { name: 'South' }),
      400,
      /one of that name already/,
    );
    expect(page.text).toContain('value="South"');
    await refused(post(await pathOf('North', '/name')), 400, /1 to 200 characters/);
    const same = await post(await pathOf('North', '/name'), { name: 'North' });
    expect([same.status, same.location]).toEqual([303, await pathOf('North')]);
  });

  it('is removed after the page has said who is in no team then', async () => {
    await setChoice(context, 'jit.defaultTeam', 'North');
    const text = textOf((await admin.get(await pathOf('North', '/remove'))).text);
    expect(text).toContain('one person is in no team then.');
    expect(text).toContain('the team of first sign-ins without a division');
    const page = await post(await pathOf('North', '/remove'));
    expect(await landed(page)).toContain(
      'The team is gone. One person is in no team now. First sign-ins get no team any more.',
    );
    expect(await names()).toEqual([]);
  });

  it('is renamed and removed once although the answers were lost, and not at all where D1 fails', async () => {
    const through = (path: string, name: string, fault: { fails: string; moment: 'before' | 'after' }) =>
      post(path, { name }, admin.over(new Faults(firstWrite(fault)).over({ DB: env.DB })));
    const [fails, lost] = [
      { fails: 'D1 DB is overloaded', moment: 'before' as const },
      { fails: 'Network connection lost.', moment: 'after' as const },
    ];
    const path = await pathOf('North');
    for (const action of ['/name', '/remove']) await refused(through(path + action, 'South', fails), 503, /./);
    expect((await through(`${path}/name`, 'South', lost)).status).toBe(303);
    expect(await names()).toEqual(['South']);
    expect((await through(`${path}/remove`, '', lost)).status).toBe(303);
    expect((await rows<{ rule: string }>('SELECT rule FROM journal ORDER BY seq')).slice(-2)).toEqual([
      { rule: 'team_renamed' },
      { rule: 'team_removed' },
    ]);
  });

  it('narrows the list of users together with what else is looked for', async () => {
    await person('ben@acme.example', 'North');
    await person('cem@acme.example');
    const found = async (query: string) =>
      [...(await admin.get(`/console/users?${query}`)).text.matchAll(/<small>(\w+)@acme/g)].map(([, who]) => who);
    expect(await found('team=North')).toEqual(['ben', 'ann']);
    expect(await found('team=North&q=ben&role=sender')).toEqual(['ben']);
    expect(await found('team=North&role=manager')).toEqual([]);
    expect(await found('team=North&show=deactivated')).toEqual([]);
    const { text } = await admin.get('/console/users?team=Nowhere');
    expect(textOf(text)).toContain('Only people of the team “Nowhere” were looked at.');
    expect(text).toContain('<a href="/console/users">Clear the search</a>');
  });

  it('that is not there any more is a page that says so', async () => {
    const path = await pathOf('North');
    await removeTeam(context, 'North');
    for (const page of [await admin.get(path), await admin.get(`${path}/remove`)]) {
      expect([page.status, textOf(page.text).includes('No such team')]).toEqual([404, true]);
    }
    await refused(post(`${path}/name`, { name: 'South' }), 404, /No such team/);
    await refused(post(`${path}/remove`), 404, /No such team/);
  });

  it('that is removed by two admins at once is removed once', async () => {
    const race = firstWrite({ meanwhile: () => removeTeam(context, 'North') });
    const racing = admin.over(new Faults(race).over({ DB: env.DB }));
    const page = await post(await pathOf('North', '/remove'), {}, racing);
    expect([page.status, await names()]).toEqual([503, []]);
  });
});

it('what an address says was done is only what can have been', async () => {
  for (const query of ['?done=added&n=x', '?done=toString&n=1', '?done=added', '?done=added&n=12345678']) {
    expect((await admin.get(`/console/teams${query}`)).text).not.toContain('class="message');
  }
});
