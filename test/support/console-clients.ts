// OAuth clients as somebody at the console makes and finds them.
import type { Page, Visitor } from './console.ts';
import { textOf } from './console-keys.ts';

export const REDIRECT_URI = 'https://system-admin.okta.com/admin/app/cpc/acme_scim_1/oauth/callback';
const TENANT = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555';
export const IDENTITY = {
  issuer: `${TENANT}/v2.0`,
  jwksUrl: `${TENANT}/discovery/v2.0/keys`,
  subject: '99999999-8888-7777-6666-555555555555',
  audience: 'api://b5ba7a93-4452-4522-aeb4-a2b5da870c16',
};

export type Kind = 'okta' | 'credentials' | 'workload';

const OF_KIND: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  okta: { redirectUris: REDIRECT_URI },
  credentials: {},
  workload: IDENTITY,
};

type Fields = Readonly<Record<string, string>>;

/** The fields of the form for a new client, filled in; the account is the one that the page recommends. */
export async function newClientFields(who: Visitor, kind: Kind): Promise<Record<string, string>> {
  const { text } = await who.get(`/console/clients/new?for=${kind}`);
  const id = /name="id" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const owner = /<option value="(\d+)" selected/.exec(text)?.[1] ?? '';
  return { for: kind, id, owner, label: 'Okta', ...OF_KIND[kind] };
}

/** Sends the form for a new client. */
export async function postClient(who: Visitor, kind: Kind, fields: Fields = {}): Promise<Page> {
  return who.post('/console/clients/new', { fields: { ...(await newClientFields(who, kind)), ...fields } });
}

/** Makes a client by the form, and gives its id. */
export async function makeClient(who: Visitor, kind: Kind = 'okta', fields: Fields = {}): Promise<string> {
  const page = await postClient(who, kind, fields);
  const id = /^\/console\/clients\/(\w+)\?done=made$/.exec(page.location ?? '')?.[1];
  if (id === undefined) throw new Error(`${page.status}: ${textOf(page)}`);
  return id;
}

/** Sends the form for a secret, as the page of the client has it. */
export async function postSecret(who: Visitor, clientId: string): Promise<Page> {
  const { text } = await who.get(`/console/clients/${clientId}`);
  const secret = /name="secret" value="([0-9a-f]+)"/.exec(text)?.[1] ?? '';
  return who.post(`/console/clients/${clientId}/secrets`, { fields: { secret } });
}

/** The secret that a page shows; throws where it shows none. */
export function secretIn(page: Page): string {
  const secret = /<code id="secret">([^<]+)<\/code>/.exec(page.text)?.[1];
  if (page.status !== 200 || secret === undefined) throw new Error(`${page.status}: ${textOf(page)}`);
  return secret;
}

/** Gives a client a secret. */
export async function makeSecret(who: Visitor, clientId: string): Promise<string> {
  return secretIn(await postSecret(who, clientId));
}

/** The address at which an admin allows a client. */
export function authorizePath(clientId: string, more: Readonly<Record<string, string>> = {}): string {
  const asked = { response_type: 'code', client_id: clientId, redirect_uri: REDIRECT_URI, state: 'from okta', ...more };
  return `/oauth/authorize?${new URLSearchParams(asked)}`;
}
