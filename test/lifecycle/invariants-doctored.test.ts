// An invariant that cannot fail holds nothing: each one is shown a true picture of a portal with one thing in it made wrong.
import { expect, it, vi } from 'vitest';
import type { Command, PersonCommand } from '../support/model/commands.ts';
import { History } from '../support/model/history.ts';
import { INVARIANTS, type Moment, violations } from '../support/model/invariants.ts';
import type { Picture } from '../support/model/picture.ts';
import { play } from '../support/model/play.ts';
import { beginWorld, type World } from '../support/model/world.ts';

type Table = Record<string, string | number | null>[];
interface Doctored {
  readonly tables: Record<string, Table>;
  readonly kv: { name: string; text: string }[];
  readonly objects: { name: string; text: string }[];
}

const via = { key: 0, entra: false, ifMatch: 'none', fault: null } as const;
const fields = { externalId: 'new', given: 'new', family: 'new', title: 'new' } as const;
const post = (name: number, rights: 'leave' | 'grant' = 'leave'): PersonCommand => ({
  what: 'POST',
  name,
  upper: false,
  fields,
  active: 'leave',
  rights,
});
const request = (does: Extract<Command, { what: 'request' }>['does']): Command => ({ what: 'request', via, does });

/** Two people, an admin with a key, a group, workspaces and content; one of the people is deactivated and one is removed. */
const LIFE: readonly Command[] = [
  { what: 'admin sync', on: true },
  request(post(0, 'grant')),
  request(post(1)),
  request(post(2)),
  { what: 'make key', owner: 3, days: 0 },
  { what: 'make workspace', owner: 1, fault: null },
  { what: 'make workspace', owner: 3, fault: null },
  { what: 'upload', table: 'files', owner: 3, workspace: -1, fault: null },
  { what: 'upload', table: 'messages', owner: 1, workspace: 0, fault: null },
  { what: 'upload', table: 'messages', owner: 1, workspace: -1, fault: null },
  request({ what: 'POST group', name: 0, members: [1, 2, 3] }),
  request({ what: 'PATCH', who: 1, rename: 'leave', form: 'paths', fields, active: 'false', rights: 'leave' }),
  request({ what: 'DELETE', who: 2 }),
];

async function live(): Promise<World> {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const world = await beginWorld({ preset: 'sendsafely', lonely: false, brake: false, inUse: false });
  for (const command of LIFE) await play(world, command);
  return world;
}

const rowWhere = ({ tables }: Doctored, table: string, column: string, value: unknown) => {
  const row = tables[table]?.find((one) => one[column] === value);
  if (row === undefined) throw new Error(`the life has no ${table} with ${column} ${value}`);
  return row;
};
const ADA = 'ada@acme.example';
const BO = 'bo@acme.example';
const DAY_MS = 86_400_000;

type Doctoring = readonly [wrong: string, doctor: (picture: Doctored) => unknown];

/** What is made wrong, for every invariant there is. */
const DOCTORINGS: Readonly<
  Record<Exclude<keyof typeof INVARIANTS, 'mailsAreOwed' | 'eventsAreTrue'>, readonly Doctoring[]>
> = {
  peopleAreAsModelled: [
    ['a lost title', (all) => (rowWhere(all, 'users', 'id', ADA)['attributes'] = '{}')],
    ['a version too many', (all) => (rowWhere(all, 'users', 'id', ADA)['version'] = 7)],
    ['a person too many', (all) => all.tables['users']?.push({ ...rowWhere(all, 'users', 'id', ADA), id: 'x' })],
  ],
  groupsAreAsModelled: [['a lost member', (all) => all.tables['group_members']?.pop()]],
  workspacesAreAsModelled: [
    ['an open archive', (all) => (rowWhere(all, 'workspaces', 'state', 'archived')['state'] = 'active')],
  ],
  contentIsAsModelled: [
    ['a lost file', (all) => all.tables['files']?.pop()],
    ['lost bytes', (all) => all.objects.splice(0)],
    ['bytes of nobody', (all) => all.objects.push({ name: 'user/1/1/file/x', text: '' })],
  ],
  journalVersions: [['a silent change', (all) => (rowWhere(all, 'groups', 'display_name', 'Plants')['version'] = 3)]],
  journalSaysAll: [
    ['a deletion that nobody noted', (all) => (rowWhere(all, 'workspaces', 'state', 'archived')['deleted_at'] = 1)],
  ],
  eventsReplay: [['somebody whom no event brought back', (all) => (rowWhere(all, 'users', 'id', BO)['active'] = 1)]],
  accessHasEnded: [
    ['a right that stayed', (all) => (rowWhere(all, 'users', 'id', BO)['role'] = 'admin')],
    [
      'a key that lives',
      (all) =>
        (all.tables['api_keys'] ?? []).push({
          id: 'k',
          owner_seq: rowWhere(all, 'users', 'id', BO)['seq'] ?? 0,
          revoked_at: null,
        }),
    ],
    ['a session', (all) => (all.tables['sessions'] = [{ user_seq: rowWhere(all, 'users', 'id', BO)['seq'] ?? 0 }])],
  ],
  keysAreAsModelled: [
    ['a key that nobody revoked', (all) => (((all.tables['api_keys'] ?? [])[0] ?? {})['revoked_at'] = 1)],
    ['a key too many', (all) => all.tables['api_keys']?.push({ id: 'k', revoked_at: null })],
  ],
  anAdminIsLeft: [
    [
      'no admin who can sign in',
      (all) => {
        for (const user of all.tables['users'] ?? []) if (user['login_type'] !== 'service') user['role'] = 'user';
      },
    ],
  ],
  membersAreVisible: [
    [
      'a removed member',
      (all) => (rowWhere(all, 'group_members', 'user_seq', rowWhere(all, 'users', 'id', ADA)['seq'])['user_seq'] = 5),
    ],
  ],
  workspaceDatesHold: [
    ['a day too early', (all) => (rowWhere(all, 'destructions', 'kind', 'workspaces')['due_at'] = 29 * DAY_MS)],
    ['archived for ever', (all) => (rowWhere(all, 'workspaces', 'state', 'archived')['destruction_seq'] = null)],
  ],
  ledgerIsSound: [
    ['a count too many', (all) => (rowWhere(all, 'destructions', 'kind', 'user_content')['objects'] = 9)],
    ['a row about nobody', (all) => (rowWhere(all, 'destructions', 'kind', 'user_content')['user_seq'] = 99)],
    [
      'done before the work',
      (all) => Object.assign(rowWhere(all, 'destructions', 'kind', 'workspaces'), { state: 'done', done_at: 1 }),
    ],
  ],
  marksAreInPlace: [
    ['a name in a refusal', (all) => (all.tables['refusals'] = [{ seq: 1, detail: 'no zqx1xqz' }])],
    ['a name in the journal', (all) => (((all.tables['journal'] ?? [])[0] ?? {})['rule'] = 'ZQX1XQZ')],
    ['a name in KV', (all) => all.kv.push({ name: 'x', text: '{"who":"zqx1xqz"}' })],
    ['bytes that stayed', (all) => all.objects.push({ name: 'user/1/1/file/x', text: 'Dear zqx999xqz' })],
  ],
  secretsAreNowhere: [['a password', (all) => all.kv.push({ name: 'x', text: 'PASSWORD' })]],
  countsAreTrue: [['a user too few', (all) => (rowWhere(all, 'portal', 'id', 1)['user_count'] = 1)]],
  listPositionsAreTrue: [
    ['a hidden row too many', (all) => (rowWhere(all, 'portal', 'id', 1)['hidden_count'] = 9)],
    ['a block that is off', (all) => (rowWhere(all, 'list_blocks', 'block', 0)['hidden'] = 1)],
    ['a gap', (all) => (rowWhere(all, 'users', 'id', ADA)['seq'] = 99)],
  ],
};

it('a true picture has nothing wrong in it, and every invariant sees what is made wrong', async () => {
  const world = await live();
  expect(violations(world)).toEqual([]);
  const password = world.model.keys[0]?.password ?? '';
  for (const [name, doctorings] of Object.entries(DOCTORINGS)) {
    for (const [wrong, doctor] of doctorings) {
      const picture = structuredClone(world.picture) as Doctored;
      doctor(picture);
      const text = JSON.stringify(picture).replaceAll('PASSWORD', password);
      const moment: Moment = { model: world.model, history: world.history, picture: JSON.parse(text) as Picture };
      expect(INVARIANTS[name as keyof typeof INVARIANTS](moment), `${name}: ${wrong}`).not.toEqual([]);
    }
  }
});

it('a row of the journal that changes, or goes before its time, is seen', async () => {
  const world = await live();
  for (const rows of [[], (world.picture.tables['journal'] ?? []).map((row) => ({ ...row, subject: 'x' }))]) {
    const history = new History();
    history.remember(world.picture, world.nowMs);
    history.remember({ ...world.picture, tables: { ...world.picture.tables, journal: rows } }, world.nowMs);
    expect(INVARIANTS.journalVersions({ ...world, model: world.model, picture: world.picture, history })).not.toEqual(
      [],
    );
  }
});

it('an event that is missing, one too many, and one out of order are seen', async () => {
  const world = await live();
  const { model, picture } = world;
  const [first, ...others] = world.history.events;
  if (first === undefined) throw new Error('the life had no events');
  for (const events of [others, [first, first, ...others], [...others, first], [first, ...others, first]]) {
    const history = Object.assign(new History(), { rows: world.history.rows, events });
    expect(INVARIANTS.eventsAreTrue({ model, picture, history })).not.toEqual([]);
  }
});

it('a mail that is missing, one too many, and one about a change that never was are seen', async () => {
  const world = await live();
  const doctors: readonly ((history: History) => unknown)[] = [
    ({ mails }) => mails.clear(),
    ({ mails }) => mails.set('x', { ...[...mails.values()][0] }),
    ({ mails }) => {
      for (const [key, mail] of mails) mails.set(key, { ...mail, mutation_id: 'x' });
    },
  ];
  for (const doctor of doctors) {
    const history = new History();
    history.remember(world.picture, world.nowMs);
    const { model, picture } = world;
    expect(INVARIANTS.mailsAreOwed({ model, picture, history })).toEqual([]);
    doctor(history);
    expect(INVARIANTS.mailsAreOwed({ model, picture, history })).not.toEqual([]);
  }
});
