// What came to /oauth/token and /oauth/revoke: who the client says it is, and what it wants. Pure; whether any of it is true is
// decided elsewhere. What is unclear is refused, and no value is repeated.
import { type Outcome, refuse } from './refused.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const MAX_SECRET_CHARACTERS = 200;
const MAX_ASSERTION_CHARACTERS = 8_000;

/** How a client shows who it is. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly clientId: string; readonly assertion: string };

/** The fields of the form, each at most once. */
export type Fields = ReadonlyMap<string, string>;

export interface ClientRequest {
  readonly proof: ClientProof;
  readonly fields: Fields;
}

/** Reads a form with the credentials of its client, from the header (HTTP Basic) or the form, one of the two. */
export function readClientRequest(header: string | null, body: string): Outcome<ClientRequest> {
  const fields = readFields(body);
  if (!fields.ok) return fields;
  const proof = readProof(header, fields.value);
  return proof.ok ? { ok: true, value: { proof: proof.value, fields: fields.value } } : proof;
}

/** RFC 6749 section 3.2: a parameter without a value counts as left out, and none may come twice. */
function readFields(body: string): Outcome<Fields> {
  const fields = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (seen.has(name)) return refuse('invalid_request', 'A parameter was sent more than once.');
    seen.add(name);
    if (value !== '') fields.set(name, value);
  }
  return { ok: true, value: fields };
}

function readProof(header: string | null, fields: Fields): Outcome<ClientProof> {
  const assertion = fields.get('client_assertion');
  const ways = [header !== null, fields.has('client_secret'), assertion !== undefined].filter((isThere) => isThere);
  if (ways.length > 1) {
    return refuse('invalid_request', 'The client showed who it is in more than one way; one of them is enough.');
  }
  if (header !== null) return readBasic(header, fields);
  const clientId = fields.get('client_id');
  if (clientId === undefined) return refuse('invalid_client', `client_id is missing. ${EXPECTED}`);
  if (assertion !== undefined) return readAssertion(clientId, assertion, fields);
  const secret = fields.get('client_secret');
  if (secret === undefined) return refuse('invalid_client', `client_secret is missing. ${EXPECTED}`);
  return secretProof(clientId, secret);
}

const EXPECTED =
  'Expected are client_id and client_secret as HTTP Basic or in the body, or client_id with a client_assertion.';

function readBasic(header: string, fields: Fields): Outcome<ClientProof> {
  const pair = decodedBasic(header);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 1) {
    return refuse('invalid_client', `The Authorization header is not HTTP Basic of client id and secret. ${EXPECTED}`);
  }
  const clientId = pair.slice(0, colon);
  if ((fields.get('client_id') ?? clientId) !== clientId) {
    return refuse('invalid_request', 'client_id in the body is another one than in the Authorization header.');
  }
  return secretProof(clientId, pair.slice(colon + 1));
}

/** Ids and secrets of ours are the same in the form encoding that RFC 6749 section 2.3.1 asks for. */
function decodedBasic(header: string): string | undefined {
  const value = /^basic +([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(header.trim())?.[1];
  try {
    return value === undefined ? undefined : atob(value);
  } catch {
    return undefined;
  }
}

function secretProof(clientId: string, secret: string): Outcome<ClientProof> {
  if (secret === '' || secret.length > MAX_SECRET_CHARACTERS || clientId.length > MAX_SECRET_CHARACTERS) {
    return refuse(
      'invalid_client',
      `The client secret is empty, or client id or secret is longer than ${MAX_SECRET_CHARACTERS} characters.`,
    );
  }
  return { ok: true, value: { kind: 'secret', clientId, secret } };
}

function readAssertion(clientId: string, assertion: string, fields: Fields): Outcome<ClientProof> {
  if (fields.get('client_assertion_type') !== ASSERTION_TYPE) {
    return refuse('invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}.`);
  }
  if (assertion.length > MAX_ASSERTION_CHARACTERS || clientId.length > MAX_SECRET_CHARACTERS) {
    return refuse(
      'invalid_client',
      `client_assertion is longer than ${MAX_ASSERTION_CHARACTERS} characters, or client_id than ${MAX_SECRET_CHARACTERS}.`,
    );
  }
  return { ok: true, value: { kind: 'assertion', clientId, assertion } };
}
