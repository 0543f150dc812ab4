// The demo portal's SCIM key: kept between runs as long as it works, so that what was pasted somewhere stays valid.
import { authoriseStatement } from '../src/auth/authorise.ts';
import { keyHash, readPassword } from '../src/auth/key-format.ts';
import { createScimKey } from '../src/auth/key-store.ts';
import { ensureServiceAdmin } from '../src/auth/service-admin.ts';
import { systemSources } from '../src/env.ts';
import type { Demo } from './demo-file.ts';
import { DEMO_ADMIN } from './demo-seed.ts';
import { type Platform, ScriptError } from './platform.ts';

type Pair = Pick<Demo, 'username' | 'password'>;

/** The pair of an earlier run while its key is alive, else a new one. */
export async function demoKey(platform: Platform, earlier: Pair | undefined): Promise<Pair> {
  if (earlier && (await isAlive(platform, earlier))) return earlier;
  const owner = await ensureServiceAdmin(platform.env, systemSources, DEMO_ADMIN, 'demo');
  if (!owner.ok) throw new ScriptError(`No key for the demo: ${owner.failure.detail}`);
  const wanted = { ownerSeq: owner.value.ownerSeq, label: 'Demo (npm start)', actor: 'demo' };
  const key = await createScimKey(platform.env, systemSources, wanted);
  if (!key.ok) throw new ScriptError(`No key for the demo: ${key.failure.detail}`);
  return { username: key.value.username, password: key.value.password };
}

async function isAlive({ env }: Platform, { username, password }: Pair): Promise<boolean> {
  const key = await readPassword(password);
  if (!key) return false;
  const presented = { keyId: key.keyId, hash: await keyHash(username, password) };
  return (await authoriseStatement(env.DB, presented, Date.now()).first()) !== null;
}
