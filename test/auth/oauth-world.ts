// What the tests of OAuth share: clients of every kind, an admin who allows them, and requests to the token endpoint. All secrets that
// were ever shown are noted, so that a test can look for them where they must not be.
import { env } from 'cloudflare:workers';
import { newKeyId } from '../../src/auth/key-format.ts';
import { allow, checkAuthorization, selectRequestedClient } from '../../src/auth/oauth/authorize.ts';
import type { ClientGrant } from '../../src/auth/oauth/client-grant.ts';
import type { ClientRow } from '../../src/auth/oauth/client-query.ts';
import { addSecret, createClient } from '../../src/auth/oauth/client-store.ts';
import type { Env, Sources } from '../../src/env.ts';
import type { Result } from '../../src/failure.ts';
import { randomId } from '../../src/random-id.ts';

export const CALLBACK = 'https://system-admin.okta.example/admin/app/cpc/portal/oauth/callback';
export const BY_BROWSER: ClientGrant = { grant: 'authorization_code', redirectUris: [CALLBACK] };
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
