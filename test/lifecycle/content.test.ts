import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { readMessage, sendMessage } from '../../src/api/messages.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { always, dies, Faults, nth } from '../support/faults.ts';
import {
  addUser,
  addWorkspaces,
  cleanPortal,
  comeBack,
  deactivateUser,
  objectKeys,
  rowsOf,
  START_MS,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

let sources: TestSources;

beforeEach(async () => {
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
  await addUser(2);
});

const bytes = new Uint8Array([1, 2, 3]);
const file = (ownerSeq: number, workspaceId?: string) => ({ ownerSeq, workspaceId, name: 'plan.txt', bytes });
const notFound = { ok: false, failure: { code: 'resource_not_found' } };

describe('content', () => {
  it('of an active user is readable as it was stored, files and messages alike', async () => {
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    const { messageId } = unwrap(await sendMessage(env, sources, { ownerSeq: 1, text: 'Grüße' }));
    expect(await readFile(env, { fileId })).toEqual({ ok: true, value: { name: 'plan.txt', bytes } });
    expect(await readMessage(env, { messageId })).toEqual({ ok: true, value: { text: 'Grüße' } });
    expect(await readFile(env, { fileId: messageId })).toMatchObject(notFound);
  });

  it('lies under the prefix whose fate it shares, and the journal knows it by id alone', async () => {
    const { workspaceId } = unwrap(await createWorkspace(env, sources, { ownerSeq: 1, name: 'Plans' }));
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    const { messageId } = unwrap(await sendMessage(env, sources, { ownerSeq: 2, workspaceId, text: 'hi' }));
    expect(await objectKeys()).toEqual([`user/1/1/file/${fileId}`, `workspace/${workspaceId}/message/${messageId}`]);
    const entry = { attributes: '[]', at: START_MS };
    expect(await rowsOf('SELECT type, subject, actor, attributes, at FROM journal ORDER BY seq')).toEqual([
      { type: 'workspace.created', subject: workspaceId, actor: 'user1@portal.example', ...entry },
      { type: 'file.created', subject: fileId, actor: 'user1@portal.example', ...entry },
      { type: 'message.created', subject: messageId, actor: 'user2@portal.example', ...entry },
    ]);
  });

  it('of a deactivated user is readable no more at once, although its bytes still exist', async () => {
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    const { messageId } = unwrap(await sendMessage(env, sources, { ownerSeq: 1, text: 'hi' }));
    await deactivateUser(sources, 1);
    expect((await objectKeys()).length).toBe(2);
    expect(await readFile(env, { fileId })).toMatchObject(notFound);
    expect(await readMessage(env, { messageId })).toMatchObject(notFound);
  });

  it('of an earlier registration stays unreadable when the person comes back', async () => {
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    await deactivateUser(sources, 1);
    await comeBack(1);
    expect(await readFile(env, { fileId })).toMatchObject(notFound);
    const again = unwrap(await putFile(env, sources, file(1)));
    expect(await readFile(env, again)).toMatchObject({ ok: true });
    expect(await objectKeys('user/1/2/')).toEqual([`user/1/2/file/${again.fileId}`]);
  });

  it('of an archived workspace is closed to everybody, whoever put it there', async () => {
    const { workspaceId } = unwrap(await createWorkspace(env, sources, { ownerSeq: 1, name: 'Plans' }));
    const { fileId } = unwrap(await putFile(env, sources, file(2, workspaceId)));
    await deactivateUser(sources, 1);
    expect(await readFile(env, { fileId })).toMatchObject(notFound);
  });

  it('in the workspace of another stays readable when its uploader leaves', async () => {
    const { workspaceId } = unwrap(await createWorkspace(env, sources, { ownerSeq: 1, name: 'Plans' }));
    const { fileId } = unwrap(await putFile(env, sources, file(2, workspaceId)));
    await deactivateUser(sources, 2);
    expect(await readFile(env, { fileId })).toMatchObject({ ok: true });
  });

  it('that does not exist is not found', async () => {
    expect(await readFile(env, { fileId: 'nobody' })).toMatchObject(notFound);
    expect(await readMessage(env, { messageId: 'nobody' })).toMatchObject(notFound);
  });
});

describe('an upload', () => {
  it('for a user who is inactive or unknown is refused and leaves no bytes and no row', async () => {
    await deactivateUser(sources, 1);
    expect(await putFile(env, sources, file(1))).toMatchObject(notFound);
    expect(await putFile(env, sources, file(9))).toMatchObject(notFound);
    expect(await createWorkspace(env, sources, { ownerSeq: 1, name: 'Plans' })).toMatchObject(notFound);
    expect(await objectKeys()).toEqual([]);
    expect(await rowsOf('SELECT 1 FROM files UNION ALL SELECT 1 FROM workspaces')).toEqual([]);
  });

  it('into a workspace that is archived or unknown is refused', async () => {
    const [workspaceId] = await addWorkspaces(1, 1);
    await deactivateUser(sources, 1);
    expect(await putFile(env, sources, file(2, workspaceId))).toMatchObject(notFound);
    expect(await putFile(env, sources, file(2, 'nowhere'))).toMatchObject(notFound);
    expect(await objectKeys()).toEqual([]);
  });

  const meanwhile = {
    'its owner is deactivated': () => deactivateUser(sources, 1),
    'its owner is deactivated and comes back': async () => {
      await deactivateUser(sources, 1);
      await comeBack(1);
    },
  };
  for (const [what, happens] of Object.entries(meanwhile)) {
    it(`under way while ${what} is refused and takes its bytes back`, async () => {
      const stall = new Faults(nth(3, { meanwhile: happens }));
      const slow = stall.over({ DB: env.DB, FILES: env.FILES });
      expect(await putFile(slow, sources, file(1))).toMatchObject(notFound);
      expect(await objectKeys()).toEqual([]);
      expect(await rowsOf('SELECT id FROM files')).toEqual([]);
    });
  }

  it('into a workspace that is archived meanwhile is refused and takes its bytes back', async () => {
    const [workspaceId] = await addWorkspaces(1, 1);
    const stall = new Faults(nth(3, { meanwhile: () => deactivateUser(sources, 1) }));
    const slow = stall.over({ DB: env.DB, FILES: env.FILES });
    expect(await putFile(slow, sources, file(2, workspaceId))).toMatchObject(notFound);
    expect(await objectKeys()).toEqual([]);
  });

  for (const moment of ['before', 'after'] as const) {
    it(`that dies ${moment} any storage call never leaves a row without its bytes`, async () => {
      for (let dieAt = 1; dieAt <= 3; dieAt++) {
        const death = new Faults(dies(dieAt, moment));
        await putFile(death.over({ DB: env.DB, FILES: env.FILES }), sources, file(1)).catch(() => undefined);
        expect(death.happened).toBe(true);
        const keys = new Set(await objectKeys());
        const rows = await rowsOf<{ r2_key: string }>('SELECT r2_key FROM files');
        expect(rows.every((row) => keys.has(row.r2_key))).toBe(true);
      }
    });
  }

  it.each([
    ['Network connection lost.', { code: 'storage_unavailable', retryAfterSeconds: 5 }],
    ['no such table: files', { code: 'internal_error' }],
  ])('that D1 does not take or give for "%s" is %o', async (text, failure) => {
    const { fileId } = unwrap(await putFile(env, sources, file(1)));
    const bindings = new Faults(always({ fails: `D1_ERROR: ${text}`, moment: 'before' }, 'DB')).over({
      DB: env.DB,
      FILES: env.FILES,
    });
    expect(await putFile(bindings, sources, file(1))).toMatchObject({ ok: false, failure });
    expect(await readFile(bindings, { fileId })).toMatchObject({ ok: false, failure });
  });

  it('that R2 does not take is 503 with Retry-After', async () => {
    const death = new Faults(dies(2, 'before'));
    expect(await putFile({ DB: env.DB, ...death.over({ FILES: env.FILES }) }, sources, file(1))).toMatchObject({
      ok: true,
    });
    expect(await putFile({ DB: env.DB, ...death.over({ FILES: env.FILES }) }, sources, file(1))).toMatchObject({
      ok: false,
      failure: { code: 'storage_unavailable', retryAfterSeconds: 5 },
    });
  });
});
