// Somebody who leaves: made and deactivated as an identity provider does it, with workspaces to leave behind.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { putFile } from '../../../src/api/files.ts';
import { sendMessage } from '../../../src/api/messages.ts';
import { createWorkspace } from '../../../src/api/workspaces.ts';
import { systemSources } from '../../../src/env.ts';
import type { Stage } from './stage.ts';

/** A person with workspaces of these names, each with a file and a message. */
export async function addPerson(stage: Stage, userName: string, workspaces: readonly string[]): Promise<void> {
  const name = { givenName: 'Robin', familyName: 'Sample' };
  await send(stage, 'POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, name });
  await stage.behind(async (env) => {
    const owner = await env.DB.prepare('SELECT seq FROM users WHERE id = ?').bind(userName).first<{ seq: number }>();
    if (!owner) throw new Error(`${userName} is not there`);
    for (const name of workspaces) {
      const made = await createWorkspace(env, systemSources, { ownerSeq: owner.seq, name });
      if (!made.ok) throw new Error(made.failure.detail);
      const { workspaceId } = made.value;
      const bytes = new TextEncoder().encode('What was agreed. '.repeat(90));
      await putFile(env, systemSources, { ownerSeq: owner.seq, workspaceId, name: 'agreement.txt', bytes });
      await sendMessage(env, systemSources, { ownerSeq: owner.seq, workspaceId, text: 'Welcome.' });
    }
  });
}

/** Ends their access as Okta does. */
export async function deactivate(stage: Stage, userName: string): Promise<void> {
  const [user] = await found(stage, userName);
  const Operations = [{ op: 'replace', value: { active: false } }];
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  await send(stage, 'PATCH', `/Users/${encodeURIComponent(user?.id ?? '')}`, { schemas, Operations });
}

/** The resources of that userName, as SCIM shows them. */
export async function found(stage: Stage, userName: string): Promise<readonly { readonly id: string }[]> {
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  const list = await send(stage, 'GET', `/Users?filter=${filter}`);
  return JSON.parse(list).Resources;
}

async function send(stage: Stage, method: string, path: string, body?: object): Promise<string> {
  const { baseUrl, username, password } = JSON.parse(readFileSync(join(stage.state, 'demo.json'), 'utf8'));
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const headers = { authorization, 'content-type': 'application/scim+json' };
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${baseUrl}${path}`, { method, headers, ...payload });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
