// What a client of OAuth may ask for, and what must be known of it for that. Pure: forms and commands bring text, and get it back in
// the shape in which it is stored.
import { fail, ok, type Result } from '../../failure.ts';

/** How a client comes by its tokens, with what it needs for it. */
export type ClientGrant =
  /** An admin allows it in the browser: Okta's Authenticate button. */
  | { readonly grant: 'authorization_code'; readonly redirectUris: readonly string[] }
  /** It shows its id and a secret. */
  | { readonly grant: 'client_credentials' }
  /** It shows an assertion that its identity provider has signed: no secret at all. */
  | ({ readonly grant: 'workload_identity' } & WorkloadIdentity);

export type GrantName = ClientGrant['grant'];

/** What an assertion must say, and where the keys of who signs it are. */
export interface WorkloadIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

const MAX_URL_CHARACTERS = 500;
const MAX_REDIRECT_URIS = 10;
const MAX_NAME_CHARACTERS = 300;

/** The redirect URIs in a text, one a line or separated by spaces. Fails with `invalid_value`, naming the one that cannot be. */
export function readRedirectUris(text: string): Result<readonly string[]> {
  const uris = [...new Set(text.split(/\s+/).filter((uri) => uri !== ''))];
  if (uris.length === 0) return fail('invalid_value', 'The client needs at least one redirect URI.');
  if (uris.length > MAX_REDIRECT_URIS) {
    return fail('invalid_value', `A client has at most ${MAX_REDIRECT_URIS} redirect URIs.`);
  }
  for (const uri of uris) {
    const wrong = wrongWithRedirectUri(uri);
    if (wrong !== undefined) return fail('invalid_value', `The redirect URI ${JSON.stringify(uri)} ${wrong}`);
  }
  return ok(uris);
}

function wrongWithRedirectUri(uri: string): string | undefined {
  if (uri.length > MAX_URL_CHARACTERS) return `is longer than ${MAX_URL_CHARACTERS} characters.`;
  const url = URL.parse(uri);
  if (!url || !/^[\x21-\x7e]+$/.test(uri)) return 'is no URL.';
  const isLoopback = url.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) return 'must begin with https://.';
  if (uri.includes('#')) return 'has a fragment, which a redirect URI cannot have.';
  return hasUser(url) ? 'has a user name in it.' : undefined;
}

/** What was typed of a workload identity, trimmed and checked. Fails with `invalid_value`, naming the field. */
export function readWorkloadIdentity(typed: WorkloadIdentity): Result<WorkloadIdentity> {
  const identity = {
    issuer: typed.issuer.trim(),
    subject: typed.subject.trim(),
    audience: typed.audience.trim(),
    jwksUrl: typed.jwksUrl.trim(),
  };
  const wrong =
    wrongWithName('Subject', identity.subject) ??
    wrongWithName('Audience', identity.audience) ??
    wrongWithAddress('Issuer', identity.issuer) ??
    wrongWithAddress('JWKS URL', identity.jwksUrl) ??
    (isKeyAddressOf(identity) ? undefined : 'The JWKS URL must be on the host of the issuer, or below it.');
  return wrong === undefined ? ok(identity) : fail('invalid_value', wrong);
}

/** Whether the keys are at the issuer's own: on its host, or on one whose name ends with it. */
export function isKeyAddressOf({ issuer, jwksUrl }: Pick<WorkloadIdentity, 'issuer' | 'jwksUrl'>): boolean {
  const [at, keys] = [URL.parse(issuer), URL.parse(jwksUrl)];
  if (!at || keys?.protocol !== 'https:') return false;
  return keys.host === at.host || keys.host.endsWith(`.${at.host}`);
}

function wrongWithName(field: string, text: string): string | undefined {
  if (text === '') return `${field} is empty.`;
  if (!/^[\x21-\x7e]+$/.test(text)) return `${field} has a space or a character outside ASCII.`;
  return text.length > MAX_NAME_CHARACTERS ? `${field} is longer than ${MAX_NAME_CHARACTERS} characters.` : undefined;
}

function wrongWithAddress(field: string, text: string): string | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') return `${field} must be a URL that begins with https://.`;
  if (text.length > MAX_URL_CHARACTERS) return `${field} is longer than ${MAX_URL_CHARACTERS} characters.`;
  const isPlain = !hasUser(url) && url.port === '' && !text.includes('#') && /^[\x21-\x7e]+$/.test(text);
  const isName = /\.[a-z][a-z0-9-]*$/.test(url.hostname);
  return isPlain && isName ? undefined : `${field} must be a plain https address with the name of a host.`;
}

function hasUser({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
