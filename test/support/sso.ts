// Single sign-on in a test: an identity provider with real keys that the portal trusts, and a browser that comes back from it.
import { env } from 'cloudflare:workers';
import { type Identity, makeIdentity } from '../../scripts/idp/identity.ts';
import { type ResponseOptions, signedResponse } from '../../scripts/idp/saml-response.ts';
import type { SsoSettings } from '../../src/sso/settings.ts';
import type { Page, Visitor } from './console.ts';
import { HOST, START_MS, type TestSources } from './portal.ts';

export const ISSUER = 'http://idp.example/app';
export const ACS = `${HOST}/auth/saml2/`;
const YEAR_MS = 365 * 86_400_000;

let made: Promise<Identity> | undefined;

/** The identity provider that portals of tests trust; its key is made once. */
export function trustedIdentity(): Promise<Identity> {
  made ??= makeIdentity('idp.example', { notBeforeMs: START_MS - YEAR_MS, notAfterMs: START_MS + 10 * YEAR_MS });
  return made;
}

/** Switches single sign-on on, as the console does, with other settings where some are given. */
export async function switchSsoOn(own: Partial<SsoSettings> = {}, domains: readonly string[] = []): Promise<void> {
  const { certificateBase64 } = await trustedIdentity();
  const settings: SsoSettings = {
    ...{ state: 'on', issuer: ISSUER, signInUrl: 'https://idp.example/sso?app=1', signOutUrl: null, testedHash: null },
    certificates: [certificateBase64],
    ...own,
  };
  await env.DB.prepare(`UPDATE portal SET sso = ?, email_domains = ?, app_url = '/app' WHERE id = 1`)
    .bind(JSON.stringify(settings), JSON.stringify(domains))
    .run();
}

/** A response of the trusted identity provider about `nameId`, now. */
export async function responseFor(
  sources: TestSources,
  nameId: string,
  more: Partial<ResponseOptions> = {},
): Promise<string> {
  const about = { shape: 'okta', issuer: ISSUER, acsUrl: ACS, nameId, attributes: {}, nowMs: sources.ms } as const;
  return signedResponse(await trustedIdentity(), { ...about, ...more });
}

/** What a browser posts when it comes from the identity provider. */
export function postResponse(visitor: Visitor, samlResponse: string, relayState?: string): Promise<Page> {
  const fields = { SAMLResponse: samlResponse, ...(relayState === undefined ? {} : { RelayState: relayState }) };
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://idp.example' };
  return visitor.post('/auth/saml2/', { fields, headers, formToken: null });
}

/** The ID of the request that a redirect to the identity provider carries. */
export async function requestIdIn(location: string | null): Promise<string> {
  return /\bID="([^"]+)"/.exec(await requestXmlIn(location))?.[1] ?? '';
}

/** The request itself. */
export async function requestXmlIn(location: string | null): Promise<string> {
  const request = new URL(location ?? '').searchParams.get('SAMLRequest') ?? '';
  const deflated = Buffer.from(request, 'base64');
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).text();
}

/** Signs somebody in whom the identity provider sends here by itself. */
export async function signInBySso(
  visitor: Visitor,
  sources: TestSources,
  nameId: string,
  more: Partial<ResponseOptions> = {},
): Promise<Page> {
  return postResponse(visitor, await responseFor(sources, nameId, more));
}
