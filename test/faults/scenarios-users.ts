// What identity providers do to users, as scenarios of the crash-point sweep.
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { addContent, addWorkspaces } from '../support/lifecycle.ts';
import { expectStatus, JANE, JANE_PATH, jane, one, PORTAL_URN, patchOf, userPath } from '../support/scim.ts';
import type { Stage } from './stage.ts';
import type { Scenario } from './sweep.ts';

const KIM = 'kim@acme.example';
const LEE = 'lee.sample@acme.example';
const OFF = patchOf({ op: 'replace', path: 'active', value: false });
const ON = patchOf({ op: 'replace', path: 'active', value: true });

/** The status of one request. */
export function requested(method: string, path: string, body?: unknown): Scenario['act'] {
  return async ({ send }) => [(await send(method, path, body)).status];
}

const patched = (...operations: object[]) => requested('PATCH', JANE_PATH, patchOf(...operations));

export async function makeJane({ send }: Stage): Promise<void> {
  await expectStatus(201, send('POST', '/Users', jane({ externalId: 'x1' })));
}

/** Jane with two workspaces, and files and messages in one of them and of her own. */
export async function makeJaneWithContent(stage: Stage): Promise<void> {
  await makeJane(stage);
  const { seq: ownerSeq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
  const [workspaceId] = await addWorkspaces(ownerSeq, 2);
  for (const table of ['files', 'messages'] as const) {
    await addContent({ table, ownerSeq, count: 2 });
    await addContent({ table, ownerSeq, workspaceId, count: 1 });
  }
}

async function adminsByScim(stage: Stage): Promise<void> {
  await switchAdminSyncOn();
  await makeJane(stage);
}

async function janeLeft(stage: Stage): Promise<void> {
  await makeJaneWithContent(stage);
  await expectStatus(200, stage.send('PATCH', JANE_PATH, OFF));
}

const steady = [[200, 200]] as const;

export const USER_SCENARIOS: readonly Scenario[] = [
  { name: 'create', act: requested('POST', '/Users', jane({ userName: KIM })), told: [[201, 409]] },
  {
    name: 'create with a key that KV does not know',
    prepare: ({ env }) => forgetKeysInKv(env.SCIM_KEYS),
    act: requested('POST', '/Users', jane({ userName: KIM })),
    told: [[201, 409]],
  },
  {
    name: 'create with an id of its own',
    preset: 'sendoso',
    act: requested('POST', '/Users', jane({ userName: KIM, userType: 'manager' })),
    told: [[201, 409]],
  },
  {
    name: 'come-back create',
    prepare: async (stage) => {
      await makeJaneWithContent(stage);
      await expectStatus(204, stage.send('DELETE', JANE_PATH));
    },
    act: requested('POST', '/Users', jane({ title: 'Cook' })),
    told: [[201, 409]],
    waitDays: 30,
  },
  { name: 'duplicate create', prepare: makeJane, act: requested('POST', '/Users', jane()), told: [[409, 409]] },
  {
    name: 'PATCH',
    prepare: makeJane,
    act: patched({ op: 'replace', path: 'title', value: 'Cook' }),
    told: steady,
  },
  { name: 'PUT', prepare: makeJane, act: requested('PUT', JANE_PATH, jane({ title: 'Cook' })), told: steady },
  {
    name: 'admin rights granted',
    prepare: adminsByScim,
    act: patched({ op: 'add', path: `${PORTAL_URN}:isAdmin`, value: true }),
    told: steady,
  },
  {
    name: 'admin rights revoked',
    prepare: async (stage) => {
      await adminsByScim(stage);
      await expectStatus(200, stage.send('PUT', JANE_PATH, jane(isAdmin(true))));
    },
    act: patched({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: false }),
    told: steady,
  },
  {
    name: 'deactivation with workspaces, files and messages',
    prepare: makeJaneWithContent,
    act: requested('PATCH', JANE_PATH, OFF),
    told: steady,
    waitDays: 30,
  },
  {
    name: 'deactivation of an admin',
    prepare: async (stage) => {
      await adminsByScim(stage);
      await expectStatus(200, stage.send('PUT', JANE_PATH, jane(isAdmin(true))));
    },
    act: requested('PATCH', JANE_PATH, OFF),
    told: steady,
  },
  { name: 'reactivation', prepare: janeLeft, act: requested('PATCH', JANE_PATH, ON), told: steady, waitDays: 30 },
  {
    name: 'a profile for an inactive user, which is ignored',
    prepare: janeLeft,
    act: requested('PUT', JANE_PATH, jane({ externalId: 'x2', title: 'Cook', active: false })),
    told: steady,
    // Each request with something to ignore is told of in the journal, a repeat like any other.
    without: ({ tables, ...rest }) => ({
      ...rest,
      tables: { ...tables, journal: tables['journal']?.filter(({ type }) => type !== 'user.ignored') ?? [] },
    }),
  },
  {
    name: 'DELETE',
    prepare: async (stage) => {
      await makeJaneWithContent(stage);
      await stage.send('POST', '/Groups', { displayName: 'Cooks', members: [{ value: JANE }] });
    },
    act: requested('DELETE', JANE_PATH),
    told: [[204, 404]],
    waitDays: 30,
  },
  {
    name: 'bulk request',
    prepare: async (stage) => {
      await makeJane(stage);
      await expectStatus(201, stage.send('POST', '/Users', jane({ userName: LEE })));
    },
    act: async ({ send }) => {
      const { body } = await send('POST', '/Bulk', BULK);
      return (body.Operations ?? [{ status: '500' }]).map(({ status }: { status: string }) => Number(status));
    },
    told: [
      [201, 409],
      [200, 200],
      [204, 404],
    ],
  },
];

const BULK = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: [
    { method: 'POST', path: '/Users', bulkId: 'kim', data: { userName: KIM } },
    { method: 'PATCH', path: userPath(JANE), data: patchOf({ op: 'replace', path: 'title', value: 'Cook' }) },
    { method: 'DELETE', path: userPath(LEE) },
  ],
};

async function forgetKeysInKv(kv: KVNamespace): Promise<void> {
  for (const { name } of (await kv.list()).keys) await kv.delete(name);
}
