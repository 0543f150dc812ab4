// From the Authorization header to a credential, without any I/O: what is malformed is refused here.
// Details say what was seen and what to change; no part of the secret, and nothing else the client sent, is ever repeated.
import { fail, ok, type Result } from '../failure.ts';
import { type CredentialForm, formName, INVALID_TOKEN, unauthorized } from './challenge.ts';
import { PASSWORD_LENGTH, PASSWORD_PREFIX, readPassword, TOKEN_PREFIX } from './key-format.ts';

export { credentialUnknown } from './challenge.ts';

/** A well-formed credential: who it is, nobody has said yet. */
export interface Credential {
  /** As sent, in the case it was sent in; empty with an access token. */
  readonly username: string;
  /** Or the access token. */
  readonly password: string;
  readonly keyId: string;
  readonly form: CredentialForm;
}

const MAX_HEADER_CHARACTERS = 1024;

const EXPECTED =
  'Expected is HTTP Basic with the SCIM API Username and SCIM API Password (Okta: "Basic Auth"), or ' +
  '"Bearer username:password", the two joined by a colon and nothing encoded (Entra: "Secret token"), or "Bearer" with an OAuth access token.';

/** Reads `Basic base64(user:pass)`, `Bearer user:pass`, `Bearer token`, or the last two without a scheme; the scheme in any case, spaces around trimmed.
 * Fails with `credential_missing` without a header, else with `credential_malformed`. */
export async function readCredential(header: string | null): Promise<Result<Credential>> {
  if (header === null) {
    return refuse('credential_missing', `No Authorization header was received. ${EXPECTED}`);
  }
  if (header.length > MAX_HEADER_CHARACTERS) {
    return malformed(`The Authorization header is longer than ${MAX_HEADER_CHARACTERS} characters.`);
  }
  const sent = splitScheme(header.trim());
  if (!sent.ok) return sent;
  const { form, value } = sent.value;
  const pair = form === 'basic' ? decodeBasic(value) : ok(value);
  return pair.ok ? readPair(form, pair.value) : pair;
}

function splitScheme(header: string): Result<{ form: CredentialForm; value: string }> {
  if (header === '') return malformed('The Authorization header is empty.');
  const [, scheme, value] = /^([a-z][a-z0-9-]*)(?:\s+(.*))?$/i.exec(header) ?? [];
  if (scheme === undefined) return ok({ form: 'bare', value: header });
  const name = scheme.toLowerCase();
  if (name === 'basic' || name === 'bearer') {
    if (!value) return malformed(`${formName(name)} was received with nothing after it.`);
    return ok({ form: name, value });
  }
  if (value === undefined) return ok({ form: 'bare', value: header });
  return malformed('The Authorization header has a scheme that is neither Basic nor Bearer.');
}

function decodeBasic(value: string): Result<string> {
  const decoded = decodeBase64(value);
  if (decoded !== undefined) return ok(decoded);
  const seen = value.includes(':')
    ? 'HTTP Basic was received with plain text after it. Basic needs base64(username:password), which the client makes ' +
      'itself when it is given the two in separate fields; or send the same value as Bearer.'
    : 'HTTP Basic was received, but what follows is not the base64 form of UTF-8 text.';
  return malformed(seen);
}

function decodeBase64(value: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function readPair(form: CredentialForm, pair: string): Promise<Result<Credential>> {
  const parts = pair.split(':');
  const [username, password] = parts.map((part) => part.trim());
  if (username === undefined || password === undefined) {
    const value = pair.trim();
    return value.startsWith(TOKEN_PREFIX) ? readToken(form, value) : withoutColon(form, value);
  }
  if (parts.length > 2) {
    return malformed(`${formName(form)} was received with more than one colon. Neither value contains a colon.`);
  }
  if (username === '') return malformed(`${formName(form)} was received with an empty SCIM API Username.`);
  if (password === '') return malformed(`${formName(form)} was received with an empty SCIM API Password.`);
  const key = await readPassword(password);
  if (!key) return malformed(`${formName(form)} was received. ${whatIsWrongWith(password)}`);
  return ok({ username, password, keyId: key.keyId, form });
}

async function readToken(form: CredentialForm, token: string): Promise<Result<Credential>> {
  const key = form === 'basic' ? undefined : await readPassword(token, TOKEN_PREFIX);
  if (key) return ok({ username: '', password: token, keyId: key.keyId, form: 'token' });
  const why = form === 'basic' ? 'Send it as Bearer.' : 'It is cut off, too long or has a wrong character.';
  return refuse('credential_malformed', `${formName(form)} was received with an access token. ${why}`, INVALID_TOKEN);
}

function withoutColon(form: CredentialForm, value: string): Result<Credential> {
  if (value.startsWith(PASSWORD_PREFIX)) {
    return malformed(
      `${formName(form)} was received with the SCIM API Password alone. Put the SCIM API Username and a colon before it.`,
    );
  }
  if (form === 'bearer' && decodeBase64(value)?.includes(':')) {
    return malformed(
      'Bearer was received with a base64 value. Send username:password as plain text after Bearer, or the same value ' +
        'as Basic.',
    );
  }
  if (form === 'bearer' && /^bearer\s/i.test(value)) {
    return malformed('Bearer was received twice. The field takes username:password without the word Bearer.');
  }
  return malformed(`${formName(form)} was received with one value instead of username:password.`);
}

function whatIsWrongWith(password: string): string {
  if (!password.startsWith(PASSWORD_PREFIX)) {
    return (
      `Its password is not a SCIM API Password: those are generated here and begin with ${PASSWORD_PREFIX}. ` +
      "A user's own password or an API key of another kind cannot be used."
    );
  }
  if (password.length !== PASSWORD_LENGTH) {
    const how = password.length < PASSWORD_LENGTH ? 'cut off' : 'too long';
    return `The SCIM API Password is ${how}: it has ${PASSWORD_LENGTH} characters. Copy it again as a whole.`;
  }
  return 'The SCIM API Password fails its checksum, so at least one character differs. Copy it again as a whole.';
}

function malformed(detail: string) {
  return refuse('credential_malformed', `${detail} ${EXPECTED}`);
}

function refuse(code: 'credential_missing' | 'credential_malformed', detail: string, challenges?: string) {
  const { headers } = unauthorized(code, detail, challenges);
  return fail(code, detail, { headers });
}
