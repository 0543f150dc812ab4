// A portal with a brake, people in it, and the ways by which identity providers deactivate them.
import { env } from 'cloudflare:workers';
import type { OwnChoices } from '../../src/directory/policy.ts';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { BRAKE_WINDOW_MS } from '../../src/lifecycle/brake-hold.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import { dump, ENTRA, freshPortal, type Portal, type Reply } from './portal.ts';
import { CORE, one, patchOf, userPath } from './scim.ts';

export const HOUR_MS = BRAKE_WINDOW_MS;

/** Engages with the fourth deactivation of an hour, whatever the number of users. */
export const FOURTH = { state: 'on', percent: 99, atLeast: 1, number: 3 } as const;

/** A portal of a preset with choices of its own. */
export async function portalWith(own: OwnChoices, preset: PresetName = 'sendsafely'): Promise<Portal> {
  const portal = await freshPortal(preset);
  await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(JSON.stringify(own)).run();
  return portal;
}

/** What an identity provider sends to end somebody's access. */
export type Way = (portal: Portal, id: string) => Promise<Reply>;

export const WAYS: Readonly<Record<string, Way>> = {
  'PATCH as Okta sends it': ({ send }, id) =>
    send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: false } })),
  'PATCH as Entra sends it': ({ send }, id) =>
    send('PATCH', ENTRA + userPath(id), patchOf({ op: 'Replace', path: 'active', value: 'False' })),
  PUT: async ({ send }, id) => {
    const { body } = await send('GET', userPath(id));
    return send('PUT', userPath(id), { ...body, active: false });
  },
  DELETE: ({ send }, id) => send('DELETE', userPath(id)),
  'Bulk, PATCH': ({ send }, id) =>
    send('POST', '/Bulk', bulkOf({ method: 'PATCH', path: userPath(id), data: patchOf(OFF) })),
  'Bulk, DELETE': ({ send }, id) => send('POST', '/Bulk', bulkOf({ method: 'DELETE', path: userPath(id) })),
};

const OFF = { op: 'replace', path: 'active', value: false };

function bulkOf(...Operations: object[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations };
}

/** Ends somebody's access as Okta does. */
export const deactivateByOkta = WAYS['PATCH as Okta sends it'] as Way;

/** The n-th person. */
export function nth(n: number): string {
  return `person${n}@acme.example`;
}

/** People over HTTP, the n-th with the userName `nth(n)`; their ids. */
export async function makePeople(portal: Portal, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) {
    const name = { givenName: 'Jane', familyName: `Example ${n}` };
    const { body } = await portal.send('POST', '/Users', { schemas: [CORE], userName: nth(n), name, title: 'Clerk' });
    ids.push(body.id);
  }
  return ids;
}

/** Since when the brake is engaged, and by which mutation. */
export function brakeRow(): Promise<{ engagedAt: number | null; cause: string | null; recent: string }> {
  return one('SELECT brake_engaged_at AS engagedAt, brake_cause AS cause, recent_deactivations AS recent FROM portal');
}

/** Engages a brake like `FOURTH` by four people who matter to nobody, and of whom nothing is held in the end. */
export async function engage(portal: Portal): Promise<void> {
  const ids: string[] = [];
  for (let n = 1; n <= 4; n++) {
    ids.push((await portal.send('POST', '/Users', { schemas: [CORE], userName: `nobody${n}@acme.example` })).body.id);
  }
  for (const id of ids) await deactivateByOkta(portal, id);
  if ((await brakeRow()).engagedAt === null) throw new Error('the brake did not engage');
  await env.DB.prepare("UPDATE destructions SET state = 'done', account = NULL WHERE state = 'held'").run();
}

/** What the functions behind the command line are given. */
export function contextOf(portal: Portal): SettingsContext {
  return { db: portal.env.DB, sources: portal.sources, actor: 'cli' };
}

const CHANGES_WITH_TIME: Readonly<Record<string, readonly string[]>> = {
  users: ['version', 'updated_at', 'registration', 'access_epoch'],
  groups: ['version', 'updated_at'],
  files: ['registration'],
  messages: ['registration'],
  portal: ['archived_through', 'hidden_through', 'recent_deactivations', 'brake_engaged_at', 'brake_cause'],
};

/** The whole state as a person sees it: every row but of journal, ledger and outbox, without versions, times of change and numbers of
 * registrations; the objects of R2 and the entries of KV. */
export async function everything(): Promise<Record<string, unknown>> {
  const { journal: _, destructions: __, outbox: ___, list_blocks, ...tables } = await dump();
  const kept = Object.entries(tables).map(([table, found]) => [
    table,
    (found as JsonObject[]).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !CHANGES_WITH_TIME[table]?.includes(column))),
    ),
  ]);
  return {
    ...Object.fromEntries(kept),
    blocks: (list_blocks as JsonObject[]).filter(({ hidden }) => hidden !== 0),
    objects: (await env.FILES.list()).objects.map(({ key, etag }) => [key, etag]),
    keys: (await env.SCIM_KEYS.list()).keys.map(({ name }) => name),
  };
}
