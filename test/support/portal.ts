// A portal for a test: a clean directory, an admin with a live key, and the two clients an identity provider is. Requests go
// through the whole Worker app, with a clock that the test owns and bindings that it may wrap.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import type { Env, Sources } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import { hideNewAccount } from '../../src/storage/list-positions.ts';

export const HOST = 'https://portal.example';
export const STANDARD = `${HOST}/scim/v2`;
export const ENTRA = `${HOST}/scim/v2/entra`;
export const START_MS = Date.UTC(2026, 0, 15, 12);
const OWNER = 'scim-admin@acme.example';

/** A clock that moves only when told. */
export class TestSources implements Sources {
  ms = START_MS;
  readonly nowMs = () => this.ms;
  readonly randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; an empty object when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
  readonly body: any;
}

export interface Portal {
  readonly sources: TestSources;
  readonly env: Env;
  readonly username: string;
  readonly password: string;
  readonly keyId: string;
  readonly ownerSeq: number;
  /** A request with the portal's key, `path` below the base URL of Okta unless it is a whole URL. */
  readonly send: (method: string, path: string, body?: unknown, options?: SendOptions) => Promise<Reply>;
}

export interface SendOptions {
  readonly headers?: Record<string, string>;
  /** Bindings in place of the portal's. */
  readonly env?: Partial<Env>;
  /** Sent as it is, instead of JSON. */
  readonly raw?: BodyInit;
  /** Called when the response is there, before what happens after the answer. */
  readonly answered?: () => void;
}

/** Every table but the portal's own row. */
export const TABLES = [
  'users',
  'list_blocks',
  'api_keys',
  'workspaces',
  'files',
  'messages',
  'destructions',
  'journal',
  'groups',
  'group_members',
  'teams',
  'refusals',
  'outbox',
  'sessions',
  'sign_ins',
  'credentials',
  'one_time_links',
  'saml_requests',
  'saml_assertions',
  'oauth_clients',
  'oauth_secrets',
  'oauth_codes',
  'oauth_tokens',
];

/** Empties every table and bucket and sets up a fresh portal that starts from a preset. */
export async function freshPortal(preset: PresetName = 'sendsafely'): Promise<Portal> {
  isolateKeyCache.clear();
  await env.DB.batch([
    ...TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare(
      "UPDATE portal SET name = 'Portal', preset = ?, policy = '{}', features = '{}', version = version + 1, user_count = 0, active_count = 0, hidden_count = 0, hidden_through = 0, hidden_regions = '{}', recent_deactivations = '[]', brake_engaged_at = NULL, brake_cause = NULL, archived_through = 0, sso = '{}', email_domains = '[]', app_url = '/'",
    ).bind(preset),
  ]);
  const sources = new TestSources();
  const ownerSeq = await addAccount('service', OWNER, 'admin');
  await addAccount('password', 'break-glass@acme.example', 'admin');
  const key = await createScimKey(env, sources, { ownerSeq, label: 'test', actor: 'test' });
  if (!key.ok) throw new Error(key.failure.detail);
  const { username, password, keyId } = key.value;
  const send: Portal['send'] = (method, path, body, options = {}) =>
    sendTo({ ...env, ...options.env }, sources, method, path, body, {
      ...options,
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}`, ...options.headers },
    });
  return { sources, env, username, password, keyId, ownerSeq, send };
}

let clients = 0;

/** A request without any key of its own; each comes from another address, so that failures do not add up. */
export async function sendTo(
  bindings: Env,
  sources: Sources,
  method: string,
  path: string,
  body?: unknown,
  { headers = {}, raw, answered }: SendOptions = {},
): Promise<Reply> {
  clients++;
  const payload = raw ?? (body === undefined ? null : JSON.stringify(body));
  const request = new Request(path.startsWith('http') ? path : STANDARD + path, {
    method,
    headers: {
      'cf-connecting-ip': `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`,
      ...(payload === null ? {} : { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    body: payload,
  });
  const context = createExecutionContext();
  const response = await createApp(sources).fetch(request, bindings, context);
  answered?.();
  const text = await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** An account that SCIM does not manage, or one that it does without having made it. Gives its `seq`. */
export async function addAccount(
  loginType: 'saml' | 'password' | 'service',
  userName: string,
  role = 'user',
): Promise<number> {
  const visible = loginType === 'saml' ? 1 : 0;
  const [inserted] = await env.DB.batch<{ seq: number }>([
    env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
       VALUES (?1, ?1, ?1, ?2, ?3, 1, '{}', 1, ?4, ?4, 1) RETURNING seq`,
    ).bind(userName, loginType, role, START_MS),
    env.DB.prepare('UPDATE portal SET user_count = user_count + ?1, active_count = active_count + ?1').bind(visible),
    ...(loginType === 'saml' ? [] : hideNewAccount(env.DB, userName)),
  ]);
  const seq = inserted?.results[0]?.seq;
  if (seq === undefined) throw new Error('the account was not written');
  return seq;
}

/** Every row of every table but `refusals`: what a refused request must leave as it was. */
export async function dump(): Promise<JsonObject> {
  const tables = [...TABLES.filter((table) => table !== 'refusals'), 'portal'];
  const results = await env.DB.batch<JsonObject>(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  return Object.fromEntries(tables.map((table, i) => [table, withoutLastUse(results[i]?.results ?? [])]));
}

/** A key's last use is recorded after any answer, good or bad. */
function withoutLastUse(rows: JsonObject[]): JsonObject[] {
  return rows.map(({ last_used_at: _, usual_gap_ms: __, ...row }) => row);
}
