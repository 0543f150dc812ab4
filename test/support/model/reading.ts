// What the portal answers must be what the model knows: one person, the lists, the groups, and the content that is open.
import { expect } from 'vitest';
import { readFile } from '../../../src/api/files.ts';
import { readMessage } from '../../../src/api/messages.ts';
import { ENTRA } from '../portal.ts';
import { expectStatus, filtered, PORTAL_URN, userPath } from '../scim.ts';
import type { Content, Model, Person } from './state.ts';
import type { World } from './world.ts';

const OPEN_URN = 'urn:portcullis:scim:schemas:extension:portal:2.0:User';

// biome-ignore lint/suspicious/noExplicitAny: an answer may hold whatever it likes
function readAnswer(body: any): unknown {
  const { id, userName, externalId, active, name, title, meta, userType } = body;
  const isAdmin = (body[PORTAL_URN] ?? body[OPEN_URN])?.isAdmin;
  const names = { given: name?.givenName, family: name?.familyName };
  return {
    id,
    userName,
    externalId,
    active,
    ...names,
    title,
    userType,
    isAdmin,
    version: meta.version,
    changed: meta.lastModified,
  };
}

function wantedAnswer({ choices }: Model, person: Person): unknown {
  const { id, userName, active, role, version, changedMs } = person;
  const bySchema = choices.adminBy === 'extension';
  return {
    id,
    userName,
    externalId: person.externalId ?? undefined,
    active,
    given: person.given ?? undefined,
    family: person.family ?? undefined,
    title: person.title ?? undefined,
    userType: bySchema ? undefined : role,
    isAdmin: bySchema && choices.adminSync ? role === 'admin' : undefined,
    version: `W/"${version}"`,
    changed: new Date(changedMs).toISOString(),
  };
}

/** Everybody is answered as acknowledged: by id, by filter, and in the list; who was removed is found nowhere. */
export async function readPeople(world: World): Promise<void> {
  const { model } = world;
  const { send } = world.portal;
  const visible = model.visible();
  for (const person of model.people) {
    const { body } = await expectStatus(person.removed ? 404 : 200, send('GET', userPath(person.id)));
    if (!person.removed) expect(readAnswer(body)).toEqual(wantedAnswer(model, person));
  }
  const whole = await expectStatus(200, send('GET', `${ENTRA}/Users?count=200`));
  expect(whole.body.Resources.map(readAnswer)).toEqual(visible.map((person) => wantedAnswer(model, person)));
  const active = await expectStatus(200, send('GET', filtered('active eq true')));
  expect(active.body.totalResults).toBe(visible.filter((person) => person.active).length);
  for (const { userName, externalId, given } of model.people) {
    await expectFound(world, 'userName', userName, (one) => one.userName.toLowerCase() === userName.toLowerCase());
    if (externalId !== null) await expectFound(world, 'externalId', externalId, (one) => one.externalId === externalId);
    if (given !== null) await expectFound(world, 'name.givenName', given, (one) => one.given === given);
  }
}

async function expectFound(
  { model, portal }: World,
  attribute: string,
  value: string,
  has: (person: Person) => boolean,
): Promise<void> {
  const { body } = await expectStatus(200, portal.send('GET', `${ENTRA}${filtered(`${attribute} eq "${value}"`)}`));
  const wanted = model.visible().filter(has);
  expect(body.Resources.map(({ id }: Person) => id)).toEqual(wanted.map(({ id }) => id));
}

/** Groups are answered with their members. */
export async function readGroups({ model, portal }: World): Promise<void> {
  const { body } = await expectStatus(200, portal.send('GET', '/Groups?count=200'));
  const shown = body.Resources.map((group: { id: string; displayName: string; members?: { value: string }[] }) => [
    group.id,
    group.displayName,
    (group.members ?? []).map(({ value }) => value).sort(),
  ]);
  expect(shown).toEqual(
    model.groups.map(({ id, displayName, members }) => [
      id,
      displayName,
      [...members].map((person) => person.id).sort(),
    ]),
  );
}

/** Content is readable while its place is open, and then to the byte; all other is as if it had never been. */
export async function readContents({ model, portal }: World): Promise<void> {
  for (const content of model.contents.filter(({ rowless }) => !rowless)) {
    const read =
      content.table === 'files'
        ? await readFile(portal.env, { fileId: content.id })
        : await readMessage(portal.env, { messageId: content.id });
    expect([content.id, read.ok]).toEqual([content.id, isOpen(content)]);
    if (read.ok) expect(JSON.stringify(read.value)).toContain(content.nameMark ?? content.mark);
  }
}

function isOpen({ fate, owner, registration, workspace }: Content): boolean {
  if (fate !== 'live') return false;
  if (workspace !== undefined) return workspace.state === 'active';
  return owner.active && owner.registration === registration;
}
