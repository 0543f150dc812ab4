// What admins, the vendor's product and the cron do, as scenarios of the crash-point sweep.
import { putFile } from '../../src/api/files.ts';
import { createScimKey, listKeys, revokeKey } from '../../src/auth/key-store.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { addDomain } from '../../src/sso/email-domains.ts';
import { readSsoRow, saveSso } from '../../src/sso/sso-store.ts';
import { DAY_MS, unwrap } from '../support/lifecycle.ts';
import { settingsWith } from '../support/provider.ts';
import { expectStatus, JANE, JANE_PATH, one, patchOf, rows } from '../support/scim.ts';
import type { Stored } from '../support/stored.ts';
import { makeJane, makeJaneWithContent } from './scenarios-users.ts';
import type { Stage } from './stage.ts';
import type { Scenario } from './sweep.ts';

const OFF = patchOf({ op: 'replace', path: 'active', value: false });
const steady = [[200, 200]] as const;

const statusOf = ({ ok }: { readonly ok: boolean }) => [ok ? 200 : 503];

async function mint({ env, sources, portal }: Stage): Promise<number[]> {
  return statusOf(await createScimKey(env, sources, { ownerSeq: portal.ownerSeq, label: 'new', actor: 'cli' }));
}

async function revoke(stage: Stage): Promise<number[]> {
  return statusOf(await revokeKey(stage.env, stage.sources, { keyId: stage.known['key'] ?? '', actor: 'cli' }));
}

async function upload({ env, sources }: Stage): Promise<number[]> {
  const { seq: ownerSeq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
  return statusOf(await putFile(env, sources, { ownerSeq, name: 'plan.txt', bytes: new Uint8Array(9) }));
}

/** A key whose minting was interrupted can be in the list, and nobody has its password. It is revoked, and another one made. */
async function mintAgain(stage: Stage): Promise<number[]> {
  for (const { id, label } of await listKeys(stage.env.DB, stage.sources.nowMs())) {
    if (label === 'new') unwrap(await revokeKey(stage.env, stage.sources, { keyId: id, actor: 'cli' }));
  }
  return mint(stage);
}

/** Nothing is left of a revoked key but its row, and what the journal says of it. */
function withoutRevokedKeys({ tables, ...rest }: Stored): Stored {
  const revoked = new Set(tables['api_keys']?.filter((key) => key['revoked_at'] !== null).map(({ id }) => id));
  const journal = tables['journal']?.filter(({ subject }) => !revoked.has(subject ?? '')) ?? [];
  const kept = tables['api_keys']?.filter(({ id }) => !revoked.has(id ?? '')) ?? [];
  const unnumbered = journal.map(({ seq: _, ...entry }) => entry);
  return { ...rest, tables: { ...tables, api_keys: kept, journal: unnumbered } };
}

async function cron({ env, sources }: Stage): Promise<number[]> {
  await runCron(env, sources);
  return [200];
}

/** Each step looks at the settings as they are. */
async function setUpSignIn({ env, sources }: Stage): Promise<number[]> {
  const context = { db: env.DB, sources, actor: 'cli' };
  const read = await readSsoRow(env.DB);
  if (!read.ok) return statusOf(read);
  const saved = await saveSso(context, read.value.sso, settingsWith(['MII']));
  if (!saved.ok) return statusOf(saved);
  return statusOf(await addDomain(context, 'acme.example'));
}

export const PORTAL_SCENARIOS: readonly Scenario[] = [
  { name: 'a key is made', act: mint, told: steady, repeat: mintAgain, without: withoutRevokedKeys },
  {
    name: 'a key is revoked',
    prepare: async (stage) => {
      const wanted = { ownerSeq: stage.portal.ownerSeq, label: 'old', actor: 'cli' };
      stage.known['key'] = unwrap(await createScimKey(stage.env, stage.sources, wanted)).keyId;
    },
    act: revoke,
    told: steady,
  },
  { name: 'single sign-on is set up, and a domain is added', act: setUpSignIn, told: steady },
  {
    name: 'a file is stored',
    prepare: makeJane,
    act: upload,
    told: steady,
    // The product knows its uploads by their rows. Bytes that have none go with the registration.
    repeat: async (stage) => ((await rows('SELECT id FROM files')).length > 0 ? [200] : upload(stage)),
    without: ({ objects: _, ...rest }) => ({ ...rest, objects: {} }),
  },
  {
    name: 'a file is stored, and its owner leaves',
    prepare: makeJane,
    act: upload,
    told: steady,
    repeat: async (stage) => ((await rows('SELECT id FROM files')).length > 0 ? [200] : upload(stage)),
    later: ({ send }) => expectStatus(200, send('PATCH', JANE_PATH, OFF)),
    without: ({ tables, objects }) =>
      tables['files']?.length === 0 ? { tables, kv: {}, objects } : { tables, kv: {}, objects: {} },
  },
  {
    name: 'the cron with everything due',
    prepare: janeLeftAMonthAgo,
    act: cron,
    told: steady,
  },
];

/** Jane left a month ago by all dates, and nothing was done about her content since. */
async function janeLeftAMonthAgo(stage: Stage): Promise<void> {
  await makeJaneWithContent(stage);
  await expectStatus(200, stage.send('PATCH', JANE_PATH, OFF));
  const later = `UPDATE destructions SET due_at = due_at - ${30 * DAY_MS}, created_at = created_at - ${30 * DAY_MS}, state = 'pending'`;
  await stage.env.DB.prepare(later).run();
}
