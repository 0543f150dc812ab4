// Settings: every choice in words, the two forms that admins have, and what is refused changes nothing.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { CHOICE_SECTIONS, CHOICE_TEXTS, choiceWords } from '../../src/console/settings/choice-texts.ts';
import { CHOICE_NAMES, CHOICE_TABLE, type ChoiceName, choiceText, withChoice } from '../../src/directory/choices.ts';
import { CHOICES, resolvePolicy } from '../../src/directory/policy.ts';
import { readSettings, setChoice } from '../../src/directory/portal-settings.ts';
import { PRESETS, type PresetName } from '../../src/directory/presets.ts';
import { addTeam } from '../../src/directory/teams.ts';
import { contextOf, makePeople, portalWith } from '../support/brake.ts';
import { type Page, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults } from '../support/faults.ts';
import { unwrap } from '../support/lifecycle.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;

async function open(preset: PresetName = 'open'): Promise<void> {
  portal = await freshPortal(preset);
  await env.DB.prepare("UPDATE portal SET name = 'Acme'").run();
  admin = await signedIn(portal.sources);
}
beforeEach(() => open());

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const settings = async () => unwrap(await readSettings(env.DB));
const version = async () => String((await settings()).version);
const LIMITS = { 'brake.state': 'on', 'brake.percent': '10', 'brake.atLeast': '5', 'brake.number': '50' };

async function save(fields: Readonly<Record<string, string>>, at?: string): Promise<Page> {
  return admin.post('/console/settings/brake', { fields: { ...fields, version: at ?? (await version()) } });
}

describe('the words', () => {
  it('are there for every choice of the schema, once', () => {
    const names = Object.entries(CHOICES).flatMap(([name, schema]) =>
      'shape' in schema ? Object.keys(schema.shape).map((inner) => `${name}.${inner}`) : [name],
    );
    expect(Object.keys(CHOICE_TEXTS).toSorted()).toEqual(names.toSorted());
    const shown = CHOICE_SECTIONS.flatMap((section) => section.names);
    expect([...shown, ...names.filter((name) => name.startsWith('brake.'))].toSorted()).toEqual(names.toSorted());
  });

  it('say each value of few differently, and never as it is stored', () => {
    for (const name of CHOICE_NAMES) {
      const { options = [] } = CHOICE_TABLE[name] as { options?: readonly string[] };
      const words = options.map((option) => wordsOf(name, option));
      expect(new Set(words).size, name).toBe(options.length);
      for (const [i, option] of options.entries()) expect(words[i], name).not.toBe(option);
    }
  });

  function wordsOf(name: ChoiceName, option: string): string {
    for (const { policy } of Object.values(PRESETS)) {
      const resolved = resolvePolicy(policy, unwrap(withChoice({}, name, option)));
      if (resolved.ok) return choiceWords(resolved.value, name);
    }
    throw new Error(`no preset goes with ${name} ${option}`);
  }
});

describe('the page', () => {
  it.each(['sendsafely', 'sendoso', 'open'] as const)(
    'of %s shows every choice as it is, and the preset',
    async (preset) => {
      await open(preset);
      const text = textOf((await admin.get('/console/settings')).text);
      expect(text).toContain(`This portal starts from the preset ${preset} and has changed nothing of it`);
      for (const name of CHOICE_SECTIONS.flatMap(({ names }) => names)) {
        expect(text).toContain(`${choiceWords(PRESETS[preset].policy, name)} from the preset · ${name}`);
      }
    },
  );

  it('marks what is the portal’s own, and says who can change it', async () => {
    unwrap(await setChoice(contextOf(portal), 'groups', 'off'));
    const text = textOf((await admin.get('/console/settings')).text);
    expect(text).toContain('No: group pushes are refused this portal’s own · groups');
    expect(text).toContain('with 1 choice of its own');
    expect(text).toContain('npm run portal -- policy set NAME VALUE');
    expect(text).toContain('npm run portal -- feature admin-sync off');
  });

  it('lists the teams where people follow their division', async () => {
    expect((await admin.get('/console/settings')).text).not.toContain('Make, rename and remove teams');
    await open('sendoso');
    unwrap(await addTeam(contextOf(portal), 'North <b>America</b>'));
    const { text } = await admin.get('/console/settings');
    expect(text).toContain('North &lt;b&gt;America&lt;/b&gt;');
    expect(text).toContain('<a href="/console/teams">Make, rename and remove teams</a>');
  });

  it('costs one call of D1', async () => {
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect((await same.get('/console/settings')).status).toBe(200);
    console.log(`settings: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(20);
  });
});

describe('the name', () => {
  const rename = async (name: string, at?: string) =>
    admin.post('/console/settings/name', { fields: { name, version: at ?? (await version()) } });

  it('is changed, journalled under the admin, and in force at once', async () => {
    expect((await rename('  Acme & Sons ')).location).toBe('/console/settings?done=name');
    expect((await settings()).name).toBe('Acme & Sons');
    expect((await admin.get('/console/settings?done=name')).text).toContain('The portal has its new name.');
    const [entry] = await rows("SELECT actor, attributes FROM journal WHERE type = 'portal.changed'");
    expect(entry).toEqual({ actor: 'admin@acme.example', attributes: '["name"]' });
  });

  it('that cannot be is refused with what was typed, and nothing is changed', async () => {
    const before = await dump();
    for (const name of ['', '   ', 'x'.repeat(101)]) {
      const page = await rename(name);
      expect([page.status, page.text.includes('takes 1 to 100 characters')]).toEqual([400, true]);
      expect(page.text).toContain('aria-invalid="true"');
    }
    expect((await rename('x'.repeat(101))).text).toContain(`value="${'x'.repeat(101)}"`);
    expect(await dump()).toEqual(before);
  });

  it('that somebody else changed meanwhile is not overwritten', async () => {
    const seen = await version();
    await rename('Theirs', seen);
    for (const old of [seen, '', 'x']) {
      const page = await rename('Mine', old === '' ? ' ' : old);
      expect([page.status, page.text.includes('Somebody else changed the settings')]).toEqual([412, true]);
      expect(page.text).toContain('value="Theirs"');
    }
    expect((await settings()).name).toBe('Theirs');
  });

  it('goes through no user, however many there are', async () => {
    await makePeople(portal, 3);
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    const at = await version();
    await same.post('/console/settings/name', { fields: { name: 'New', version: at }, formToken: admin.formToken });
    expect((await settings()).name).toBe('New');
    expect(cost.calls).toBeLessThanOrEqual(5);
    expect(cost.rowsRead).toBeLessThanOrEqual(25);
  });
});

describe('the brake', () => {
  it('is set in one step, with one row in the journal', async () => {
    expect((await save(LIMITS)).location).toBe('/console/settings?done=brake#brake');
    expect((await settings()).policy.brake).toEqual({ state: 'on', percent: 10, atLeast: 5, number: 50 });
    expect(await rows("SELECT type FROM journal WHERE type = 'portal.changed'")).toHaveLength(1);
    const page = textOf((await admin.get('/console/settings')).text);
    expect(page).toContain('These limits are this portal’s own.');
  });

  it('moves through limits that only go together, in both directions', async () => {
    await save({ ...LIMITS, 'brake.atLeast': '900', 'brake.number': '1000' });
    await save({ ...LIMITS, 'brake.atLeast': '1', 'brake.number': '2' });
    expect((await settings()).policy.brake).toMatchObject({ atLeast: 1, number: 2 });
  });

  it('left as the preset has it makes no choice of the portal’s own', async () => {
    const { percent, atLeast, number } = PRESETS.open.policy.brake;
    const same = { 'brake.percent': String(percent), 'brake.atLeast': String(atLeast), 'brake.number': String(number) };
    expect((await save({ 'brake.state': 'on', ...same })).status).toBe(303);
    expect((await settings()).own).toEqual({});
  });

  it.each([
    [{ 'brake.percent': '0' }, 'Share: it takes a whole number, 1 to 99.'],
    [{ 'brake.percent': '100' }, 'Share: it takes'],
    [{ 'brake.percent': '' }, 'Share: it takes'],
    [{ 'brake.percent': '12.5' }, 'Share: it takes'],
    [{ 'brake.atLeast': '-1' }, 'Always allowed: it takes a whole number, 1 to 1000.'],
    [{ 'brake.number': '1001' }, 'Never more than: it takes'],
    [{ 'brake.number': 'many' }, 'Never more than: it takes'],
    [{ 'brake.state': 'maybe' }, 'The brake: it takes on or off.'],
    [{ 'brake.atLeast': '51' }, 'cannot be more than'],
  ])('refuses %j in a sentence, keeps what was typed, and changes nothing', async (wrong, sentence) => {
    const before = await dump();
    const page = await save({ ...LIMITS, ...wrong });
    expect(page.status).toBe(400);
    expect(page.text).toContain(sentence);
    const [[name, value] = ['', '']] = Object.entries(wrong);
    if (name !== 'brake.state') expect(page.text).toMatch(new RegExp(`name="${name}"[^>]*value="${value}"`));
    expect(await dump()).toEqual(before);
  });

  it('that somebody else set meanwhile is not overwritten', async () => {
    const seen = await version();
    await save(LIMITS, seen);
    const page = await save({ ...LIMITS, 'brake.percent': '30' }, seen);
    expect([page.status, page.text.includes('Somebody else changed the settings')]).toEqual([412, true]);
    expect((await settings()).policy.brake.percent).toBe(10);
  });

  it('of a portal that never had one is for whoever runs the portal, also for a form that was made by hand', async () => {
    await open('sendsafely');
    const html = (await admin.get('/console/settings')).text;
    expect(html).not.toContain('action="/console/settings/brake"');
    expect(html).toContain('npm run portal -- policy set brake.state on');
    const before = await dump();
    expect((await save(LIMITS)).status).toBe(403);
    expect(await dump()).toEqual(before);
  });

  it('that was switched on by whoever runs the portal is the admins’, off and on again', async () => {
    portal = await portalWith({ brake: { state: 'on' } }, 'sendsafely');
    admin = await signedIn(portal.sources);
    for (const state of ['off', 'on', 'off']) {
      expect((await save({ ...LIMITS, 'brake.state': state })).status).toBe(303);
      expect((await settings()).policy.brake.state).toBe(state);
    }
  });

  it('says in a 503 that the database failed', async () => {
    const broken = new Faults(({ writes }) =>
      writes ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined,
    );
    const same = new Visitor(portal.sources, { ...env, ...broken.over({ DB: env.DB }) });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    const fields = { ...LIMITS, version: await version() };
    const page = await same.post('/console/settings/brake', { fields, formToken: admin.formToken });
    expect(page.status).toBe(503);
    expect(choiceText((await settings()).policy, 'brake.percent')).toBe('20');
  });

  it('is one commit under the session: an ended one changes nothing', async () => {
    const fields = { ...LIMITS, version: await version() };
    await env.DB.prepare('UPDATE sessions SET expires_at = 1').run();
    expect((await admin.post('/console/settings/brake', { fields })).location).toContain('/console/sign-in');
    expect(await one('SELECT policy FROM portal')).toEqual({ policy: '{}' });
  });
});
