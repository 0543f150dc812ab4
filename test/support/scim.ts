// What SCIM tests say over and over: a person's body, a PATCH, a filtered list, an error, and the rows behind them.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import { dump, type Portal, type Reply, type SendOptions, STANDARD } from './portal.ts';

export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const PORTAL_URN = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const JANE = 'jane.example@acme.example';
export const JANE_PATH = userPath(JANE);

/** A person's body as Okta sends the mapped part of it. */
export function jane(more: object = {}): Record<string, unknown> {
  return { schemas: [CORE], userName: JANE, name: { givenName: 'Jane', familyName: 'Example' }, ...more };
}

/** The path of a user below the base URL. */
export function userPath(id: string): string {
  return `/Users/${encodeURIComponent(id)}`;
}

/** The path of a filtered list. */
export function filtered(filter: string, more = ''): string {
  return `/Users?filter=${encodeURIComponent(filter)}${more}`;
}

/** The body of a PATCH. */
export function patchOf(...Operations: object[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: Operations as JsonObject[] };
}

/** Sends, and holds that the status is the one expected. */
export async function expectStatus(status: number, sent: Promise<Reply>): Promise<Reply> {
  const reply = await sent;
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  return reply;
}

/** Makes a user over HTTP and gives the answered resource. */
export async function make(portal: Portal, body: Record<string, unknown> = jane()): Promise<Reply['body']> {
  return (await expectStatus(201, portal.send('POST', '/Users', body))).body;
}

/** A request that must be refused with `status`: a SCIM error, every table as it was, and at most one more refusal. */
export async function expectRefused(
  { send }: Pick<Portal, 'send'>,
  [method, path, body, options]: readonly [method: string, path: string, body?: unknown, options?: SendOptions],
  wanted: { readonly status: number; readonly scimType?: string; readonly detail?: RegExp },
): Promise<Reply> {
  const [before, refusalsBefore] = [await dump(), await lastRefusal()];
  const reply = await expectStatus(wanted.status, send(method, path, body, options));
  expectScimError(reply, wanted);
  expect(await dump()).toEqual(before);
  expect((await lastRefusal()) - refusalsBefore).toBeLessThanOrEqual(1);
  return reply;
}

/** RFC 7644 section 3.12. */
export function expectScimError(
  reply: Reply,
  { status, scimType, detail }: { readonly status: number; readonly scimType?: string; readonly detail?: RegExp },
): void {
  expect(reply.headers.get('content-type')).toBe('application/scim+json; charset=utf-8');
  expect(reply.body).toEqual({
    schemas: [ERROR],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: expect.stringMatching(detail ?? /^\S.{9,}\.$/s),
  });
}

async function lastRefusal(): Promise<number> {
  return (await one<{ last: number }>('SELECT coalesce(max(seq), 0) AS last FROM refusals')).last;
}

/** A request as given, with the portal's key: for what `send` would tidy up, such as a missing media type. */
export async function sendRaw(portal: Portal, path: string, init: RequestInit): Promise<Reply> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Basic ${btoa(`${portal.username}:${portal.password}`)}`);
  const context = createExecutionContext();
  const request = new Request(STANDARD + path, { ...init, headers });
  const response = await createApp(portal.sources).fetch(request, portal.env, context);
  const text = await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** All rows of a SELECT. */
export async function rows<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row[]> {
  const { results } = await env.DB.prepare(sql)
    .bind(...values)
    .all<Row>();
  return results;
}

/** The only row of a SELECT. */
export async function one<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row> {
  const [row, ...others] = await rows<Row>(sql, ...values);
  if (row === undefined || others.length > 0) throw new Error(`not one row: ${sql}`);
  return row;
}

/** The row of a user as it is stored. */
export async function rowOf(id = JANE): Promise<Record<string, unknown>> {
  return one('SELECT * FROM users WHERE id = ?', id);
}

/** Journal entries about a user, oldest first. */
export async function journalOf(
  id = JANE,
): Promise<{ type: string; rule: string | null; attributes: string[]; actor: string }[]> {
  const entries = await rows<{ type: string; rule: string | null; attributes: string; actor: string }>(
    'SELECT type, rule, attributes, actor FROM journal WHERE subject = ? ORDER BY seq',
    id,
  );
  return entries.map((entry) => ({ ...entry, attributes: JSON.parse(entry.attributes) }));
}

/** The counters that make totals cheap must equal what counting gives. */
export async function expectCountersTrue(): Promise<void> {
  const counters = await one('SELECT user_count AS users, active_count AS active FROM portal');
  const counted = await one(
    `SELECT count(*) AS users, coalesce(sum(active), 0) AS active FROM users
     WHERE login_type = 'saml' AND removed_at IS NULL`,
  );
  expect(counters).toEqual(counted);
}
