// Something to lose: workspaces, files and messages of the first demo users, so that a deactivation has consequences.
// Made by the functions that the product's API uses.
import { putFile } from '../src/api/files.ts';
import { sendMessage } from '../src/api/messages.ts';
import { createWorkspace } from '../src/api/workspaces.ts';
import { systemSources } from '../src/env.ts';
import type { Result } from '../src/failure.ts';
import { type Platform, ScriptError } from './platform.ts';

const OWNERS = 5;

/** Gives each of the first five demo users two workspaces, three files and two messages, unless that was done before. */
export async function seedContent(env: Platform['env']): Promise<void> {
  const { results: owners } = await env.DB.prepare(
    `SELECT seq, user_name AS userName FROM users AS u WHERE login_type = 'saml' AND active = 1
       AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.owner_seq = u.seq AND m.workspace_seq IS NULL)
     ORDER BY seq LIMIT ?`,
  )
    .bind(OWNERS)
    .all<{ seq: number; userName: string }>();
  for (const owner of owners) await seedOwner(env, owner.seq, owner.userName);
}

async function seedOwner(env: Platform['env'], ownerSeq: number, userName: string): Promise<void> {
  const bytes = new TextEncoder().encode(`A demo file of ${userName}.\n`);
  const file = async (name: string, workspaceId?: string) =>
    made(await putFile(env, systemSources, { ownerSeq, name, bytes, ...(workspaceId ? { workspaceId } : {}) }));
  for (const name of ['Contract review', 'Onboarding']) {
    const { workspaceId } = made(await createWorkspace(env, systemSources, { ownerSeq, name }));
    await file(`${name.toLowerCase().replace(' ', '-')}.txt`, workspaceId);
    made(await sendMessage(env, systemSources, { ownerSeq, workspaceId, text: `Welcome to ${name}.` }));
  }
  await file('notes.txt');
  // Last, because it is what tells a later run that this owner has everything.
  made(await sendMessage(env, systemSources, { ownerSeq, text: 'A message outside any workspace.' }));
}

function made<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ScriptError(`The demo content could not be made: ${result.failure.detail}`);
}
