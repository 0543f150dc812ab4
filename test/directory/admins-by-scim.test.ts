// What an identity provider may and may not do to admin rights, on both URLs and in every spelling that is known: the switch,
// the accounts it reaches, the last admin, the owner of the key, and many requests at once.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScimKey } from '../../src/auth/key-store.ts';
import { type SettingsContext, setFeature } from '../../src/directory/portal-settings.ts';
import { isAdmin, retireBreakGlass, switchAdminSyncOn } from '../support/admins.ts';
import { dump, ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  CORE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  make,
  PORTAL_URN,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

const MIXED_URN = 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const URLS = [
  ['the standard URL', STANDARD],
  ['the URL for Entra', ENTRA],
] as const;

let portal: Portal;
let context: SettingsContext;
beforeEach(async () => {
  portal = await freshPortal();
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
});

const roleOf = async (id = JANE) => (await rowOf(id))['role'];
const signInAdmins = () =>
  rows<{ id: string }>(
    "SELECT id FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL AND login_type <> 'service'",
  );

describe.each(URLS)('on %s', (_name, base) => {
  it('the switch works from the next request on, in answers, in /Schemas and in what a body can do', async () => {
    const declared = async () => {
      const answers = await Promise.all(['/Schemas', '/ResourceTypes'].map((path) => portal.send('GET', base + path)));
      return answers.map(({ body }) => JSON.stringify(body).includes(PORTAL_URN));
    };
    const read = async () => (await portal.send('GET', base + JANE_PATH)).body;
    const put = (value: boolean) => portal.send('PUT', base + JANE_PATH, jane(isAdmin(value, MIXED_URN)));
    await make(portal);
    await put(true);
    expect([await roleOf(), await declared()]).toEqual(['user', [false, false]]);
    await setFeature(context, 'adminSync', true);
    expect([(await read())[PORTAL_URN], await declared()]).toEqual([{ isAdmin: false }, [true, true]]);
    await put(true);
    expect([await roleOf(), (await read()).schemas]).toEqual(['admin', [CORE, PORTAL_URN]]);
    await setFeature(context, 'adminSync', false);
    await put(false);
    expect([await roleOf(), (await read())[PORTAL_URN], await declared()]).toEqual([
      'admin',
      undefined,
      [false, false],
    ]);
  });

  it.each([MIXED_URN, PORTAL_URN])(
    "Entra's forms with %s grant and revoke, and what it leaves out stays",
    async (urn) => {
      await switchAdminSyncOn();
      await make(portal);
      const patch = async (...operations: object[]) => {
        const { status } = await portal.send('PATCH', base + JANE_PATH, patchOf(...operations));
        expect(status).toBe(base === ENTRA ? 204 : 200);
        return [await roleOf(), (await rowOf())['given_name']];
      };
      expect(await patch({ op: 'Add', path: `${urn}:isAdmin`, value: 'True' })).toEqual(['admin', 'Jane']);
      const flagged = { [`${urn}:isAdmin`]: 'False', 'name.givenName': 'Kim' };
      expect(await patch({ op: 'Replace', value: flagged })).toEqual(['user', 'Kim']);
      expect(await patch({ op: 'Add', value: { [urn]: { isAdmin: 'True' } } })).toEqual(['admin', 'Kim']);
      expect(await patch({ op: 'Replace', value: { 'name.givenName': 'Lee' } })).toEqual(['admin', 'Lee']);
      expect(await patch({ op: 'Replace', path: `${urn}:isAdmin`, value: null })).toEqual(['admin', 'Lee']);
      const both = [
        { op: 'Replace', path: `${urn}:isAdmin`, value: 'False' },
        { op: 'Replace', path: `${urn}:isAdmin`, value: 'True' },
      ];
      const version = (await rowOf())['version'];
      expect(await patch(...both), 'what comes last counts').toEqual(['admin', 'Lee']);
      expect((await rowOf())['version']).toBe(version);
    },
  );

  it.each(['break-glass@acme.example', 'scim-admin@acme.example'])(
    'the account %s is not reached, since only saml users are',
    async (id) => {
      await switchAdminSyncOn();
      const demotion = patchOf({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: false });
      const path = base + userPath(id);
      for (const request of [
        ['PATCH', path, demotion],
        ['PUT', path, { userName: id, ...isAdmin(false) }],
        ['DELETE', path],
      ] as const) {
        await expectRefused(portal, request, { status: 404 });
      }
      const body = { userName: id, ...isAdmin(false) };
      await expectRefused(portal, ['POST', `${base}/Users`, body], { status: 409, scimType: 'uniqueness' });
      expect(await roleOf(id)).toBe('admin');
    },
  );

  const SPELLINGS: readonly (readonly [string, readonly [string, string, unknown?]])[] = [
    [
      'isAdmin "False" by its path',
      ['PATCH', base + JANE_PATH, patchOf({ op: 'Replace', path: `${MIXED_URN}:isAdmin`, value: 'False' })],
    ],
    [
      'isAdmin false under the URN',
      ['PATCH', base + JANE_PATH, patchOf({ op: 'replace', path: PORTAL_URN, value: { isAdmin: false } })],
    ],
    [
      'isAdmin false in a body',
      ['PATCH', base + JANE_PATH, patchOf({ op: 'replace', value: isAdmin(false, MIXED_URN) })],
    ],
    [
      'isAdmin false by a flagged key',
      ['PATCH', base + JANE_PATH, patchOf({ op: 'Replace', value: { [`${MIXED_URN}:isAdmin`]: 'False' } })],
    ],
    [
      'active "False" by its path',
      ['PATCH', base + JANE_PATH, patchOf({ op: 'Replace', path: 'active', value: 'False' })],
    ],
    ['active false in a body', ['PATCH', base + JANE_PATH, patchOf({ op: 'replace', value: { active: false } })]],
    [
      'active false between other changes',
      [
        'PATCH',
        base + JANE_PATH,
        patchOf({ op: 'add', path: 'title', value: 'Cook' }, { op: 'replace', path: 'ACTIVE', value: false }),
      ],
    ],
    ['PUT isAdmin false', ['PUT', base + JANE_PATH, jane(isAdmin('false', MIXED_URN))]],
    ['PUT active false', ['PUT', base + JANE_PATH, jane({ active: 'False', ...isAdmin(true) })]],
    ['DELETE', ['DELETE', base + JANE_PATH]],
  ];

  it.each(SPELLINGS)('the last admin is kept from %s', async (_case, request) => {
    await switchAdminSyncOn();
    await retireBreakGlass();
    await make(portal, jane(isAdmin(true)));
    await expectRefused(portal, request, { status: 403, detail: /last active admin/ });
  });

  it.each(SPELLINGS)('the owner of the key is kept from %s', async (_case, [method, path, body]) => {
    await switchAdminSyncOn();
    await make(portal, jane(isAdmin(true)));
    const ownerSeq = Number((await rowOf())['seq']);
    const key = await createScimKey(env, portal.sources, { ownerSeq, label: 'hers', actor: 'test' });
    if (!key.ok) throw new Error(key.failure.detail);
    const headers = { authorization: `Bearer ${key.value.username}:${key.value.password}` };
    await expectRefused(portal, [method, path, body, { headers }], { status: 403, detail: /owns the SCIM key/ });
  });

  it('the last admin is kept from a bulk request that takes them one after the other', async () => {
    await switchAdminSyncOn();
    await retireBreakGlass();
    for (const name of ['a', 'b', 'c']) await make(portal, { userName: `${name}@acme.example`, ...isAdmin(true) });
    const data = patchOf({ op: 'replace', value: isAdmin(false) });
    const Operations = [
      { method: 'PATCH', path: userPath('a@acme.example'), data },
      { method: 'DELETE', path: userPath('b@acme.example') },
      { method: 'PUT', path: userPath('c@acme.example'), data: { userName: 'c@acme.example', active: false } },
    ];
    const { body } = await expectStatus(200, portal.send('POST', `${base}/Bulk`, { schemas: [BULK], Operations }));
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      base === ENTRA ? '204' : '200',
      '204',
      '403',
    ]);
    expect(await signInAdmins()).toEqual([{ id: 'c@acme.example' }]);
  });
});

const N = 6;
const PEOPLE = Array.from({ length: N }, (_, n) => `admin${n}@acme.example`);
const demote = patchOf({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: false });
const end = patchOf({ op: 'replace', path: 'active', value: false });

describe(`of ${N} admins exactly one is left`, () => {
  beforeEach(async () => {
    await switchAdminSyncOn();
    await retireBreakGlass();
    for (const userName of PEOPLE) await make(portal, { userName, ...isAdmin(true) });
  });

  const WAYS: readonly (readonly [string, (n: number) => readonly [string, string, unknown?]])[] = [
    ['demotions', (n) => ['PATCH', userPath(PEOPLE[n] ?? ''), demote]],
    ['deactivations', (n) => ['PATCH', userPath(PEOPLE[n] ?? ''), end]],
    ['deletions', (n) => ['DELETE', userPath(PEOPLE[n] ?? '')]],
    [
      'ways mixed, on both URLs',
      (n) =>
        (
          [
            ['PATCH', userPath(PEOPLE[n] ?? ''), demote],
            ['PATCH', ENTRA + userPath(PEOPLE[n] ?? ''), end],
            ['DELETE', userPath(PEOPLE[n] ?? '')],
            ['PUT', ENTRA + userPath(PEOPLE[n] ?? ''), { userName: PEOPLE[n], ...isAdmin(false) }],
            ['PUT', userPath(PEOPLE[n] ?? ''), { userName: PEOPLE[n], active: false }],
            ['DELETE', ENTRA + userPath(PEOPLE[n] ?? '')],
          ] as const
        )[n % 6] ?? ['DELETE', userPath(PEOPLE[n] ?? '')],
    ],
  ];

  it.each(WAYS)('by all %s at once', async (_case, requestOf) => {
    const replies = await Promise.all(PEOPLE.map((_, n) => portal.send(...requestOf(n))));
    expect(replies.map(({ status }) => status).filter((status) => status === 403)).toHaveLength(1);
    expect(await signInAdmins()).toHaveLength(1);
    expect(await rows("SELECT 1 FROM outbox WHERE kind = 'admin_revoked'")).toHaveLength(N - 1);
    await expectCountersTrue();
  });
});

describe('where userType is the role', () => {
  beforeEach(async () => {
    portal = await freshPortal('sendoso');
    await retireBreakGlass();
  });

  const made: string[] = [];
  const admins = async (count: number) => {
    made.length = 0;
    for (const userName of PEOPLE.slice(0, count)) {
      made.push((await make(portal, { schemas: [CORE], userName, userType: 'Admin' })).id);
    }
  };

  it('the last admin and the owner of the key are kept from every role that is less', async () => {
    await admins(1);
    const path = userPath(made[0] ?? '');
    const put = (more: object) => ['PUT', path, { userName: PEOPLE[0], ...more }] as const;
    const requests = [
      put({ userType: 'manager' }),
      put({ userType: '' }),
      put({ userType: null }),
      put({ active: false }),
      ['PATCH', path, patchOf({ op: 'Replace', path: 'userType', value: 'sender' })],
      ['PATCH', ENTRA + path, patchOf({ op: 'Remove', path: 'userType' })],
      ['PATCH', ENTRA + path, patchOf({ op: 'Replace', path: 'active', value: 'False' })],
      ['DELETE', path],
    ] as const;
    for (const request of requests) await expectRefused(portal, request, { status: 403, detail: /last active admin/ });
    const ownerSeq = Number((await rowOf(made[0]))['seq']);
    const key = await createScimKey(env, portal.sources, { ownerSeq, label: 'hers', actor: 'test' });
    if (!key.ok) throw new Error(key.failure.detail);
    const headers = { authorization: `Bearer ${key.value.username}:${key.value.password}` };
    for (const [method, at, body] of requests) {
      await expectRefused(portal, [method, at, body, { headers }], { status: 403, detail: /owns the SCIM key/ });
    }
    await expectStatus(200, portal.send(...put({ title: 'Cook' })));
    expect(await roleOf(made[0]), 'missing changes nothing').toBe('admin');
  });

  it(`of ${N} admins exactly one is left by all demotions at once`, async () => {
    await admins(N);
    const replies = await Promise.all(
      made.map((id, n) =>
        n % 2 === 0
          ? portal.send('PATCH', ENTRA + userPath(id), patchOf({ op: 'Replace', path: 'userType', value: 'sender' }))
          : portal.send('PUT', userPath(id), { userName: PEOPLE[n], userType: '' }),
      ),
    );
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(1);
    expect(await signInAdmins()).toHaveLength(1);
  });

  it('isAdmin of any spelling is an attribute that nobody knows', async () => {
    await admins(2);
    const before = await dump();
    for (const urn of [MIXED_URN, PORTAL_URN]) {
      const sent = patchOf({ op: 'replace', value: { [`${urn}:isAdmin`]: false } });
      await expectStatus(200, portal.send('PATCH', userPath(made[0] ?? ''), sent));
    }
    expect(await dump()).toEqual(before);
  });
});
