// The small portal that faults are tried on, and one request of every kind against it.
import { env } from 'cloudflare:workers';
import type { Env } from '../../src/env.ts';
import { type Call, Faults, type Plan } from '../support/faults.ts';
import { GROUP, makeGroup } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { filtered, JANE, JANE_PATH, jane, make, patchOf } from '../support/scim.ts';

export const LEE = 'lee.sample@acme.example';

export interface World {
  readonly portal: Portal;
  /** Has Jane as a member, and not Lee. */
  readonly groupPath: string;
}

/** Jane, Lee, and a group with Jane in it; KV and the isolate know the key. */
export async function world(): Promise<World> {
  const portal = await freshPortal();
  await make(portal);
  await make(portal, jane({ userName: LEE }));
  const { id } = await makeGroup(portal, 'Cooks', [JANE]);
  return { portal, groupPath: `/Groups/${id}` };
}

export interface Kind {
  readonly name: string;
  readonly method: string;
  readonly path: (world: World) => string;
  readonly body?: unknown;
  readonly status: number;
}

const to = (path: string) => () => path;
const ofGroup = ({ groupPath }: World) => groupPath;
const bulk = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: [
    { method: 'POST', path: '/Users', bulkId: 'kim', data: { userName: 'kim@acme.example' } },
    { method: 'PATCH', path: `/Users/${LEE}`, data: patchOf({ op: 'replace', path: 'title', value: 'Cook' }) },
    { method: 'DELETE', path: JANE_PATH },
  ],
};

export const READS: readonly Kind[] = [
  { name: 'GET of a user', method: 'GET', path: to(JANE_PATH), status: 200 },
  { name: 'a list', method: 'GET', path: to('/Users'), status: 200 },
  { name: 'a filter', method: 'GET', path: to(filtered(`userName eq "${JANE}"`)), status: 200 },
  { name: 'GET of a group', method: 'GET', path: ofGroup, status: 200 },
  { name: 'discovery', method: 'GET', path: to('/Schemas'), status: 200 },
];

export const CREATE: Kind = {
  name: 'POST of a user',
  method: 'POST',
  path: to('/Users'),
  body: { userName: 'kim@acme.example' },
  status: 201,
};

/** Writes that answer by what they change; every one of them once more changes nothing, or says that it is done. */
export const CHANGES: readonly Kind[] = [
  { name: 'PUT', method: 'PUT', path: to(JANE_PATH), body: jane({ title: 'Cook' }), status: 200 },
  {
    name: 'PATCH',
    method: 'PATCH',
    path: to(ENTRA + JANE_PATH),
    body: patchOf({ op: 'replace', path: 'title', value: 'Cook' }),
    status: 204,
  },
  {
    name: 'a deactivation',
    method: 'PATCH',
    path: to(JANE_PATH),
    body: patchOf({ op: 'replace', path: 'active', value: false }),
    status: 200,
  },
  { name: 'DELETE', method: 'DELETE', path: to(JANE_PATH), status: 204 },
  {
    name: 'POST of a group',
    method: 'POST',
    path: to('/Groups'),
    body: { schemas: [GROUP], displayName: 'Bakers', members: [{ value: JANE }, { value: LEE }] },
    status: 201,
  },
  {
    name: 'PUT of a group',
    method: 'PUT',
    path: ofGroup,
    body: { schemas: [GROUP], displayName: 'Bakers', members: [{ value: LEE }] },
    status: 200,
  },
  {
    name: 'a new member',
    method: 'PATCH',
    path: ofGroup,
    body: patchOf({ op: 'add', path: 'members', value: [{ value: LEE }] }),
    status: 200,
  },
  {
    name: 'a member less',
    method: 'PATCH',
    path: ofGroup,
    body: patchOf({ op: 'remove', path: `members[value eq "${JANE}"]` }),
    status: 200,
  },
  { name: 'DELETE of a group', method: 'DELETE', path: ofGroup, status: 204 },
];

export const BULK: Kind = { name: 'a bulk request', method: 'POST', path: to('/Bulk'), body: bulk, status: 200 };

export const KINDS: readonly Kind[] = [...READS, CREATE, ...CHANGES, BULK];

export interface Sent {
  readonly reply: Reply;
  /** Calls of D1 before the answer. */
  readonly asked: readonly Call[];
}

/** Sends a request of that kind through all bindings under a plan; `onAnswer` is called before what follows the answer. */
export async function sendUnder(
  faults: Faults | Plan,
  { portal, ...rest }: World,
  kind: Kind,
  onAnswer?: () => void,
): Promise<Sent> {
  const kit = faults instanceof Faults ? faults : new Faults(faults);
  let asked: readonly Call[] = [];
  const reply = await portal.send(kind.method, kind.path({ portal, ...rest }), kind.body, {
    env: kit.over(env as Env),
    answered: () => {
      onAnswer?.();
      asked = kit.calls.filter(({ binding }) => binding === 'DB');
    },
  });
  return { reply, asked };
}
