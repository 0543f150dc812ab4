// RFC 7643 section 7: what /Schemas says of each attribute is what the gateway does with it, in every preset.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Leaf, leafValue, leavesOf, readSchemas, samplesOf } from '../support/declared.ts';
import { freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { CORE, expectStatus, filtered, patchOf, userPath } from '../support/scim.ts';

/** A portal to audit: a preset, with admin rights steered by the extension where it says so. */
const PORTALS = [
  { preset: 'sendsafely', features: {} },
  { preset: 'sendsafely', features: { adminSync: true } },
  { preset: 'open', features: {} },
  { preset: 'sendoso', features: {} },
];

/** What has a meaning of its own beside being kept, each held by tests of its own. */
const SPECIAL = new Set(['userName', 'active', 'password']);
/** What steers roles and teams in a portal that lets the identity provider decide over them. */
const STEERING: Readonly<Record<string, readonly string[]>> = { sendoso: ['userType', 'division'] };

describe.each(PORTALS)('$preset $features', ({ preset, features }) => {
  let portal: Portal;
  let leaves: Leaf[];
  let users = 0;

  beforeEach(async () => {
    portal = await freshPortal();
    await env.DB.prepare('UPDATE portal SET preset = ?, features = ?, version = version + 1')
      .bind(preset, JSON.stringify(features))
      .run();
    await portal.send('GET', '/Users?count=0');
    const schemas = (await readSchemas(portal)).filter(({ id }) => !id.endsWith(':Group'));
    leaves = schemas.flatMap((schema) => leavesOf(schema, schema.id !== CORE));
    expect(leaves.length).toBeGreaterThan(60);
  });

  const create = async (more: object = {}): Promise<Reply['body']> => {
    users += 1;
    return (await expectStatus(201, portal.send('POST', '/Users', { userName: `u${users}@acme.example`, ...more })))
      .body;
  };
  const get = async (id: string, query = '') =>
    (await expectStatus(200, portal.send('GET', userPath(id) + query))).body;
  const asked = (leaf: Leaf) => `?attributes=${encodeURIComponent(leaf.path)}`;
  const patch = (id: string, path: string, value: unknown, query = '') =>
    portal.send('PATCH', userPath(id) + query, patchOf({ op: 'replace', path, value }));
  const ordinary = () =>
    leaves.filter(
      ({ is, attribute }) =>
        is.mutability === 'readWrite' && !SPECIAL.has(attribute.name) && !STEERING[preset]?.includes(attribute.name),
    );

  it('readWrite: kept as sent by POST, and changed by PATCH', async () => {
    for (const leaf of ordinary()) {
      const [first, second] = samplesOf(leaf);
      const { id, ...created } = await create(bodyOf(leaf, first));
      expect(leafValue(leaf, created), `POST ${leaf.path}`).toEqual(first);
      expect(leafValue(leaf, await get(id)), `GET ${leaf.path}`).toEqual(first);
      const { body } = await expectStatus(200, patch(id, leaf.path, second));
      expect(leafValue(leaf, body), `PATCH ${leaf.path}`).toEqual(second);
    }
  });

  it('readOnly: ignored in bodies, refused as the target of a PATCH', async () => {
    const readOnly = leaves.filter(({ is, attribute }) => [is.mutability, attribute.mutability].includes('readOnly'));
    expect(readOnly.length).toBeGreaterThan(0);
    for (const leaf of readOnly) {
      const [first] = samplesOf(leaf);
      const { id, ...created } = await create(bodyOf(leaf, first));
      expect(leafValue(leaf, created), leaf.path).not.toEqual(first);
      const refused = await expectStatus(400, patch(id, leaf.path, first));
      expect(refused.body.scimType, leaf.path).toBe('mutability');
      expect(leafValue(leaf, await get(id, asked(leaf))), leaf.path).not.toEqual(first);
    }
  });

  it('immutable: refused with another value, accepted with the same', async () => {
    const immutable = leaves.filter(({ is }) => is.mutability === 'immutable');
    expect(immutable.map(({ path }) => path)).toEqual(preset === 'open' ? [] : ['userName']);
    for (const leaf of immutable) {
      const { id, userName } = await create();
      expect((await expectStatus(400, patch(id, leaf.path, 'other@acme.example'))).body.scimType).toBe('mutability');
      await expectStatus(200, patch(id, leaf.path, userName.toUpperCase()));
    }
    if (preset === 'open') await expectStatus(200, patch((await create()).id, 'userName', 'other@acme.example'));
  });

  it('writeOnly and returned never: accepted, and in no answer and no row', async () => {
    const never = leaves.filter(({ is }) => is.returned === 'never');
    expect(never.map(({ is }) => [is.name, is.mutability])).toEqual([['password', 'writeOnly']]);
    const { id, ...created } = await create({ password: 'Kept-Nowhere-1' });
    const answers = [
      created,
      (await patch(id, 'password', 'Kept-Nowhere-2')).body,
      await get(id, '?attributes=password'),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/password|Kept-Nowhere/);
    const { results } = await env.DB.prepare('SELECT * FROM users').all();
    expect(JSON.stringify(results)).not.toContain('Kept-Nowhere');
  });

  it('returned default: left out by name, and by asking for something else', async () => {
    for (const leaf of ordinary().filter(({ is }) => is.returned === 'default')) {
      const [value] = samplesOf(leaf);
      const { id } = await create(bodyOf(leaf, value));
      const excluded = await get(id, `?excludedAttributes=${encodeURIComponent(leaf.path)}`);
      expect(leafValue(leaf, excluded), `without ${leaf.path}`).toBeUndefined();
      expect(leafValue(leaf, await get(id, '?attributes=id')), leaf.path).toBeUndefined();
      expect(leafValue(leaf, await get(id, asked(leaf))), `only ${leaf.path}`).toEqual(value);
    }
  });

  it('returned request: only when asked for by name', async () => {
    const { id } = await create();
    await expectStatus(201, portal.send('POST', '/Groups', { displayName: 'Team', members: [id] }));
    const onRequest = leaves.filter(({ attribute }) => attribute.returned === 'request');
    expect(new Set(onRequest.map(({ attribute }) => attribute.name))).toEqual(new Set(['groups']));
    for (const leaf of onRequest) {
      expect(leafValue(leaf, await get(id)), leaf.path).toBeUndefined();
      if (preset !== 'sendoso')
        expect(leafValue(leaf, await get(id, asked(leaf))), leaf.path).toEqual(expect.any(String));
    }
  });

  it('caseExact: filters compare as it says', async () => {
    for (const leaf of ordinary().filter(({ is }) => ['string', 'reference'].includes(is.type))) {
      const [value] = samplesOf(leaf);
      const { id } = await create(bodyOf(leaf, value));
      const found = async (text: string) =>
        (await expectStatus(200, portal.send('GET', filtered(`${leaf.path} eq ${JSON.stringify(text)}`)))).body
          .Resources;
      const ids = async (text: string) => (await found(text)).map((user: { id: string }) => user.id);
      expect(await ids(String(value)), leaf.path).toContain(id);
      const shouted = await ids(String(value).toUpperCase());
      expect(shouted.includes(id), `${leaf.path} in another case`).toBe(!leaf.is.caseExact);
    }
  });

  it('required and unique: only the userName, without regard to case', async () => {
    expect(leaves.filter(({ is }) => is.required).map(({ path }) => path)).toEqual(['userName']);
    expect(leaves.filter(({ is }) => is.uniqueness !== 'none').map(({ path }) => path)).toEqual(['userName']);
    expect((await expectStatus(400, portal.send('POST', '/Users', { title: 'x' }))).body.scimType).toBe('invalidValue');
    const { userName } = await create();
    const again = await expectStatus(409, portal.send('POST', '/Users', { userName: userName.toUpperCase() }));
    expect(again.body.scimType).toBe('uniqueness');
  });

  it('multiValued: one value is a list of one, and several are kept in order', async () => {
    for (const { attribute, urn, is } of ordinary().filter(
      (leaf) => leaf.attribute.multiValued && leaf.sub?.name === 'value',
    )) {
      const [first, second] = samplesOf({ is } as Leaf);
      const { id } = await create(
        urn ? { [urn]: { [attribute.name]: { value: first } } } : { [attribute.name]: { value: first } },
      );
      expect((await get(id))[attribute.name], attribute.name).toEqual([{ value: first }]);
      const both = [{ value: second }, { value: first }];
      await expectStatus(200, patch(id, attribute.name, both));
      expect((await get(id))[attribute.name], attribute.name).toEqual(both);
    }
  });

  it('canonicalValues: suggestions, others are kept', async () => {
    const canonical = ordinary().filter(({ is }) => is.canonicalValues !== undefined);
    expect(canonical.length).toBeGreaterThan(3);
    for (const leaf of canonical) {
      expect(leafValue(leaf, await create(bodyOf(leaf, 'unheard-of'))), leaf.path).toBe('unheard-of');
    }
  });

  it('type: a value of another kind is 400 invalidValue that names the attribute', async () => {
    for (const leaf of ordinary()) {
      const wrong = leaf.is.type === 'boolean' ? 'perhaps' : { odd: 1 };
      const userName = `wrong${users}@acme.example`;
      const refused = await expectStatus(400, portal.send('POST', '/Users', { userName, ...bodyOf(leaf, wrong) }));
      expect(refused.body, leaf.path).toMatchObject({ scimType: 'invalidValue' });
      expect(refused.body.detail, leaf.path).toContain(leaf.is.name);
    }
  });
});
