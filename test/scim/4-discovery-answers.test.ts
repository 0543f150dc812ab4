// No answer carries an attribute that /Schemas does not declare: every verb on users and groups, on both base URLs, in every
// preset; and the discovery documents themselves have the shape of RFC 7643 sections 6 and 7.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  bodyOf,
  type Declared,
  type DeclaredSchema,
  expectDeclared,
  leavesOf,
  readSchemas,
  samplesOf,
} from '../support/declared.ts';
import { ENTRA, freshPortal, type Portal, type Reply, STANDARD } from '../support/portal.ts';
import { CORE, expectStatus, JANE, patchOf, userPath } from '../support/scim.ts';

const PORTALS = [
  { preset: 'sendsafely', policy: {}, features: {} },
  { preset: 'sendsafely', policy: {}, features: { adminSync: true } },
  { preset: 'sendsafely', policy: { groups: 'off', showLastLogin: false }, features: {} },
  { preset: 'sendsafely', policy: { attributesStored: 'minimal' }, features: {} },
  { preset: 'open', policy: {}, features: {} },
  { preset: 'sendoso', policy: {}, features: {} },
];

describe.each(PORTALS)('$preset $policy $features', ({ preset, policy, features }) => {
  let portal: Portal;
  let schemas: readonly DeclaredSchema[];

  beforeEach(async () => {
    portal = await freshPortal();
    await env.DB.prepare('UPDATE portal SET preset = ?, policy = ?, features = ?, version = version + 1')
      .bind(preset, JSON.stringify(policy), JSON.stringify(features))
      .run();
    await portal.send('GET', '/Users?count=0');
    schemas = await readSchemas(portal);
  });

  /** Every attribute of a user at once. */
  const fullUser = (userName: string): Record<string, unknown> => {
    const all: Record<string, unknown> = {};
    for (const schema of schemas.filter(({ id }) => !id.endsWith(':Group'))) {
      for (const leaf of leavesOf(schema, schema.id !== CORE)) merge(all, bodyOf(leaf, samplesOf(leaf)[0]));
    }
    const role = preset === 'sendoso' ? { userType: 'manager' } : {};
    return { ...all, ...role, userName, active: true, externalId: 'ext', password: 'not-kept' };
  };

  it.each([STANDARD, ENTRA])('answers of %s carry nothing undeclared', async (base) => {
    const answers: Reply['body'][] = [];
    const send = async (method: string, path: string, body?: unknown) => {
      const reply = await portal.send(method, base + path, body);
      expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body)}`).toBeLessThan(300);
      answers.push(...(reply.body.Resources ?? (reply.body.id === undefined ? [] : [reply.body])));
      return reply.body;
    };
    await send('GET', '/Users');
    const { id } = await send('POST', '/Users', fullUser(JANE));
    await env.DB.prepare('UPDATE users SET last_login_at = 1').run();
    const all = `attributes=${schemas.flatMap(({ id: urn, attributes }) => attributes.map(({ name }) => `${urn}:${name}`)).join(',')}`;
    if (!('groups' in policy)) {
      const { id: team } = await send('POST', '/Groups', {
        displayName: 'Team',
        externalId: 'x',
        members: [{ value: id }],
      });
      await send('PUT', `/Groups/${team}`, {
        displayName: 'Ice',
        members: [{ value: id, display: 'x', type: 'User' }],
      });
      await send('PATCH', `/Groups/${team}?attributes=members`, patchOf({ op: 'add', path: 'members', value: [id] }));
      await send('GET', `/Groups/${team}`);
    }
    await send('GET', '/Groups');
    await send('GET', userPath(id));
    await send('GET', `${userPath(id)}?${all}`);
    await send('GET', `/Users?${all}`);
    await send('PUT', userPath(id), fullUser(JANE));
    await send('PATCH', `${userPath(id)}?${all}`, patchOf({ op: 'replace', path: 'title', value: 'x' }));
    await send('PATCH', `${userPath(id)}?attributes=active`, patchOf({ op: 'replace', path: 'active', value: false }));
    await send('GET', `${userPath(id)}?${all}`);
    await send('GET', '/Users');
    expect(answers.length).toBeGreaterThan(8);
    for (const answer of answers) expectDeclared(answer, schemas);
    expect(JSON.stringify(answers)).not.toContain('not-kept');
  });

  it('the resource types are those that answer, with the schemas that are declared', async () => {
    const { Resources } = await expectStatus(200, portal.send('GET', '/ResourceTypes')).then(({ body }) => body);
    const named = Resources.flatMap((type: { schema: string; schemaExtensions: { schema: string }[] }) => [
      type.schema,
      ...type.schemaExtensions.map(({ schema }) => schema),
    ]);
    expect(named).toEqual(schemas.map(({ id }) => id));
    for (const { endpoint, name, schemaExtensions } of Resources) {
      await expectStatus(200, portal.send('GET', endpoint));
      await expectStatus(200, portal.send('GET', `/ResourceTypes/${name}`));
      // `required: false`: a resource without the extension is taken.
      for (const { required } of schemaExtensions) expect(required).toBe(false);
    }
    const write = await portal.send('POST', '/Groups', { displayName: 'Team' });
    const groups = Resources.some(({ name }: { name: string }) => name === 'Group');
    expect(write.status).toBe(groups ? 201 : 501);
  });

  it('the schemas have the shape of RFC 7643 section 7', () => {
    const check = (attribute: Declared, depth: number) => {
      const { name, type, subAttributes, referenceTypes, mutability, returned, multiValued } = attribute;
      expect(name).toMatch(/^[$a-zA-Z][\w-]*$/);
      expect(subAttributes !== undefined, `${name}: parts where complex`).toBe(type === 'complex');
      expect(referenceTypes !== undefined, `${name}: referenceTypes where a reference`).toBe(type === 'reference');
      if (mutability === 'writeOnly') expect(returned).toBe('never');
      if (depth > 0) expect([type === 'complex', multiValued], `${name} is a part`).toEqual([false, false]);
      for (const sub of subAttributes ?? []) check(sub, depth + 1);
    };
    for (const { id, attributes } of schemas) {
      expect(id).toMatch(/^urn:/);
      expect(new Set(attributes.map(({ name }) => name.toLowerCase())).size).toBe(attributes.length);
      for (const attribute of attributes) check(attribute, 0);
    }
  });
});

/** Parts of complex attributes come one by one; they end in one object, or in the first element of a list. */
function merge(into: Record<string, unknown>, more: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(more)) {
    const before = into[name];
    const [old, fresh] = [[before].flat()[0], [value].flat()[0]];
    if (typeof old === 'object' && old !== null && typeof fresh === 'object' && fresh !== null) {
      merge(old as Record<string, unknown>, fresh as Record<string, unknown>);
    } else if (before === undefined) into[name] = structuredClone(value);
  }
}
