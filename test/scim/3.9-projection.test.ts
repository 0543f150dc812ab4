// attributes and excludedAttributes, RFC 7644 section 3.9, on every verb that answers with a user and on both base URLs.
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal, type Reply, STANDARD } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  make,
  patchOf,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const FULL = jane({
  externalId: 'e1',
  title: 'Cook',
  emails: [{ value: 'jane@work.example', type: 'work', primary: true }],
  [ENTERPRISE]: { department: 'Kitchen', employeeNumber: '7' },
});
const CHANGE = patchOf({ op: 'replace', path: 'title', value: 'Baker' });

interface Verb {
  readonly name: string;
  /** Whether the user is there before. */
  readonly prepared: boolean;
  readonly request: readonly [method: string, path: string, body?: unknown];
  /** The user in the answer. */
  readonly user: (reply: Reply) => Record<string, unknown>;
}

const whole = ({ body }: Reply) => body;
const only = ({ body }: Reply) => body.Resources[0];
const VERBS: readonly Verb[] = [
  { name: 'POST', prepared: false, request: ['POST', '/Users', FULL], user: whole },
  { name: 'PUT', prepared: true, request: ['PUT', JANE_PATH, { ...FULL, title: 'Baker' }], user: whole },
  { name: 'PATCH', prepared: true, request: ['PATCH', JANE_PATH, CHANGE], user: whole },
  { name: 'GET', prepared: true, request: ['GET', JANE_PATH], user: whole },
  { name: 'GET of a list', prepared: true, request: ['GET', '/Users'], user: only },
  {
    name: 'GET of a filtered list',
    prepared: true,
    request: ['GET', `/Users?filter=userName+eq+"${JANE}"`],
    user: only,
  },
  { name: 'GET of a sorted walk', prepared: true, request: ['GET', '/Users?cursor=&sortBy=title'], user: only },
];

const BASES = [
  ['the standard URL', STANDARD],
  ['the Entra URL', ENTRA],
] as const;

describe.each(BASES)('on %s', (_case, base) => {
  describe.each(VERBS)('$name', ({ prepared, request, user }) => {
    const send = async (query: Record<string, string>): Promise<Record<string, unknown>> => {
      if (prepared) await make(portal, FULL);
      const [method, path, body] = request;
      const separator = path.includes('?') ? '&' : '?';
      const reply = await portal.send(method, `${base}${path}${separator}${new URLSearchParams(query)}`, body);
      expect([200, 201], JSON.stringify(reply.body)).toContain(reply.status);
      return user(reply);
    };

    it.each([
      ['title', ['schemas', 'id', 'title']],
      ['TITLE, userName', ['schemas', 'id', 'userName', 'title']],
      [`${CORE}:title`, ['schemas', 'id', 'title']],
      [ENTERPRISE, ['schemas', 'id', ENTERPRISE]],
      [CORE, ['schemas', 'id', 'userName', 'name', 'title', 'emails', 'active']],
      ['password', ['schemas', 'id']],
      ['shoeSize', ['schemas', 'id']],
      ['meta.version', ['schemas', 'id', 'meta']],
    ])('attributes=%s shows these and what is always shown', async (attributes, names) => {
      const shown = await send({ attributes });
      expect(Object.keys(shown).sort()).toEqual([...names].sort());
    });

    it('attributes names parts, of lists and of extensions too', async () => {
      const shown = await send({ attributes: `name.givenName,emails.value,${ENTERPRISE}:department` });
      expect(shown).toEqual({
        schemas: [CORE, ENTERPRISE],
        id: JANE,
        name: { givenName: 'Jane' },
        emails: [{ value: 'jane@work.example' }],
        [ENTERPRISE]: { department: 'Kitchen' },
      });
    });

    it('groups come only where they are asked for', async () => {
      expect(await send({ attributes: 'title' })).not.toHaveProperty('groups');
      const [method, path, body] = request;
      if (method !== 'GET') return;
      const separator = path.includes('?') ? '&' : '?';
      const { body: group } = await portal.send('POST', '/Groups', {
        displayName: 'Cooks',
        members: [{ value: JANE }],
      });
      const reply = await portal.send(method, `${base}${path}${separator}attributes=groups`, body);
      expect(user(reply)['groups']).toMatchObject([{ value: group.id, display: 'Cooks' }]);
    });

    it('both at once are refused, and nothing is written', async () => {
      if (prepared) await make(portal, FULL);
      const [method, path, body] = request;
      const separator = path.includes('?') ? '&' : '?';
      const both = `${base}${path}${separator}attributes=title&excludedAttributes=name`;
      await expectRefused(portal, [method, both, body], {
        status: 400,
        scimType: 'invalidValue',
        detail: /not for both/,
      });
    });

    // On the Entra URL, a PATCH answers with the user only where attributes are asked for.
    if (base === ENTRA && request[0] === 'PATCH') {
      it('excludedAttributes alone leave the answer without a body', async () => {
        await make(portal, FULL);
        const reply = await expectStatus(
          204,
          portal.send('PATCH', `${base}${JANE_PATH}?excludedAttributes=name`, CHANGE),
        );
        expect(reply.body).toEqual({});
      });
      return;
    }

    it('excludedAttributes leaves these out, but never id and schemas', async () => {
      const shown = await send({
        excludedAttributes: `ID,schemas,name.givenName,emails,${ENTERPRISE}:department,meta`,
      });
      expect(shown).toMatchObject({ id: JANE, schemas: [CORE, ENTERPRISE], userName: JANE, title: expect.any(String) });
      expect(shown['name']).toMatchObject({ familyName: 'Example' });
      expect(shown['name']).not.toHaveProperty('givenName');
      expect(shown[ENTERPRISE]).toEqual({ employeeNumber: '7' });
      for (const name of ['emails', 'meta']) expect(shown).not.toHaveProperty(name);
    });
  });
});
