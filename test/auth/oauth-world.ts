// What the tests of OAuth share: clients of every kind, an admin who allows them, and requests to the token endpoint. All secrets that
// were ever shown are noted, so that a test can look for them where they must not be.
import { env } from 'cloudflare:workers';
import { newKeyId } from '../../src/auth/key-format.ts';
import { allow, checkAuthorization, SCOPE, selectRequestedClient } from '../../src/auth/oauth/authorize.ts';
import type { ClientGrant } from '../../src/auth/oauth/client-grant.ts';
import type { ClientRow } from '../../src/auth/oauth/client-query.ts';
import { addSecret, createClient } from '../../src/auth/oauth/client-store.ts';
import type { Env, Sources } from '../../src/env.ts';
import type { Result } from '../../src/failure.ts';
import { randomId } from '../../src/random-id.ts';
import { HOST, type Portal, type Reply, sendTo } from '../support/portal.ts';

export const CALLBACK = 'https://system-admin.okta.example/admin/app/cpc/portal/oauth/callback';
export const BY_BROWSER: ClientGrant = { grant: 'authorization_code', redirectUris: [CALLBACK] };
export const BY_CREDENTIALS = { grant_type: 'client_credentials' };
export const BY_SECRET: ClientGrant = { grant: 'client_credentials' };

/** The value of a result that must be good. */
export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

/** A client of that kind, without secrets. */
export async function aClient(sources: Sources, ownerSeq: number, grant: ClientGrant): Promise<string> {
  const wanted = { clientId: newKeyId(sources), ownerSeq, label: 'Okta', grant, actor: 'test' };
  return good(await createClient(env, sources, wanted));
}

/** Another secret of a client. */
export async function aSecret(sources: Sources, clientId: string) {
  return good(await addSecret(env, sources, { clientId, secretId: randomId(sources), actor: 'test' }));
}

/** What came of a look at a request to be allowed. */
export async function lookAtRequest(sources: Sources, query: URLSearchParams) {
  const client = await selectRequestedClient(env.DB, query).first<ClientRow>();
  return checkAuthorization(query, client ?? undefined, sources.nowMs());
}

/** The request of a browser that was sent here by the client. */
export function requestOf(clientId: string, more: Readonly<Record<string, string>> = {}): URLSearchParams {
  const always = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    state: 'as sent',
    scope: 'scim',
  };
  return new URLSearchParams({ ...always, ...more });
}

/** Allows the client, as the page does for an admin who says yes; gives the address that the browser goes to. */
export async function allowed(
  sources: Sources,
  query: URLSearchParams,
  bindings: Pick<Env, 'DB'> = env,
): Promise<Result<string>> {
  const looked = await lookAtRequest(sources, query);
  if (looked.kind !== 'ask') throw new Error(looked.failure.detail);
  return allow(bindings, sources, looked.request, { actor: 'admin', userId: 'admin' });
}

/** The code in that address. */
export function codeIn(address: string): string {
  return new URL(address).searchParams.get('code') ?? '';
}

/** A code for a client that an admin allows now. */
export async function anotherCode({ sources }: Pick<Portal, 'sources'>, { id }: Pick<Client, 'id'>, more = {}) {
  return codeIn(good(await allowed(sources, requestOf(id, more))));
}

/** A client of OAuth as the identity provider knows it. */
export interface Client {
  readonly id: string;
  readonly secret: string;
}

/** A client with one secret. */
export async function clientWithSecret(
  { sources, ownerSeq }: Pick<Portal, 'sources' | 'ownerSeq'>,
  grant: ClientGrant,
): Promise<Client & { readonly secretId: string }> {
  const id = await aClient(sources, ownerSeq, grant);
  return { id, ...(await aSecret(sources, id)) };
}

export interface FormOptions {
  readonly env?: Partial<Env>;
  readonly headers?: Record<string, string>;
}

/** A form posted to an endpoint for clients, through the whole Worker. */
export function postForm(
  portal: Pick<Portal, 'env' | 'sources'>,
  path: '/oauth/token' | '/oauth/revoke',
  fields: URLSearchParams | Readonly<Record<string, string>>,
  { env: bindings, headers }: FormOptions = {},
): Promise<Reply> {
  return sendTo({ ...portal.env, ...bindings }, portal.sources, 'POST', HOST + path, undefined, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    raw: new URLSearchParams(fields).toString(),
  });
}

/** A request for tokens, the client showing itself by HTTP Basic. */
export function ask(
  portal: Pick<Portal, 'env' | 'sources'>,
  { id, secret }: Client,
  fields: Readonly<Record<string, string>>,
  options: FormOptions = {},
): Promise<Reply> {
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}`, ...options.headers };
  return postForm(portal, '/oauth/token', fields, { ...options, headers });
}

/** What an exchange of a code sends. */
export function exchangeOf(code: string, more: Readonly<Record<string, string>> = {}) {
  return { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...more };
}

/** The access token got by client credentials. */
export async function accessTokenOf(portal: Pick<Portal, 'env' | 'sources'>, client: Client): Promise<string> {
  const { status, body } = await ask(portal, client, { grant_type: 'client_credentials', scope: SCOPE });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.access_token;
}

/** Tokens of a client that an admin has just allowed. */
export async function tokensByBrowser(portal: Portal, client: Client): Promise<{ access: string; refresh: string }> {
  const { status, body } = await ask(portal, client, exchangeOf(await anotherCode(portal, client)));
  if (status !== 200) throw new Error(JSON.stringify(body));
  return { access: body.access_token, refresh: body.refresh_token };
}

/** A SCIM request with an access token. */
export function withToken(
  portal: Portal,
  token: string,
  method = 'GET',
  path = '/Users?count=1',
  body?: unknown,
): Promise<Reply> {
  return portal.send(method, path, body, { headers: { authorization: `Bearer ${token}` } });
}
