// Keys as somebody at the console makes and finds them.
import { env } from 'cloudflare:workers';
import type { Page, Visitor } from './console.ts';
import { type Portal, sendTo } from './portal.ts';

/** The text of a page without its markup. */
export function textOf({ text }: Page): string {
  return text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** The fields of the form for a new key, as the page has them. */
export async function newKeyFields(who: Visitor): Promise<Record<string, string>> {
  const { text } = await who.get('/console/keys/new');
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
  return { owner: field('owner'), id: field('id'), label: 'Okta', expires: 'never', date: '' };
}

/** Generates a key by the form, and gives its id. */
export async function generate(who: Visitor, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const page = await who.post('/console/keys/new', { fields: { ...(await newKeyFields(who)), ...fields } });
  const id = /^\/console\/keys\/(\w+)\?done=made$/.exec(page.location ?? '')?.[1];
  if (id === undefined) throw new Error(`${page.status}: ${textOf(page)}`);
  return id;
}

/** The credential that a page shows; throws where it shows none. */
export function secretOf(page: Page): { readonly username: string; readonly password: string } {
  const [, username, password] = /<code id="token">([^:<]+):([^<]+)<\/code>/.exec(page.text) ?? [];
  if (page.status !== 200 || username === undefined || password === undefined) {
    throw new Error(`${page.status}: ${textOf(page)}`);
  }
  return { username, password };
}

/** A key that an identity provider can use, with its secret. */
export async function generateForScim(who: Visitor, fields: Readonly<Record<string, string>> = {}) {
  const keyId = await generate(who, fields);
  return { keyId, ...secretOf(await who.post(`/console/keys/${keyId}/scim`)) };
}

/** What the gateway answers to a request with a credential. */
export async function statusFor({ sources }: Portal, { username, password }: ReturnType<typeof secretOf>) {
  const headers = { authorization: `Bearer ${username}:${password}` };
  return (await sendTo(env, sources, 'GET', '/Users?count=1', undefined, { headers })).status;
}

/** From now on the visitor acts for the account. */
export async function actFor(who: Visitor, seq: number): Promise<void> {
  const page = await who.post(`/console/users/${seq}/impersonate`);
  if (page.location !== '/console/keys') throw new Error(`${page.status}: ${textOf(page)}`);
}
