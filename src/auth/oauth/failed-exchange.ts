// An exchange of a code that failed the library's look at PKCE or at the redirect URI: the code is used up by it, so that nobody can
// try verifiers one after another, and the client is told which of them was wrong.
import type { Env, Sources } from '../../env.ts';
import type { ProvenClient } from './client-authentication.ts';
import { type Outcome, refuse } from './refused.ts';
import type { CodeRow } from './token-model.ts';
import type { Fields } from './token-request.ts';
import { consumeCode } from './token-write.ts';

/** As the library names what a client did wrong. */
export type LibraryError = 'invalid_grant' | 'invalid_request';

/** Uses up the code, if it is one of this client. Refused with what was wrong, or with a fault of storage: then the code is as it was. */
export async function refuseExchange(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  client: ProvenClient,
  code: CodeRow | null,
  fields: Fields,
  error: LibraryError,
): Promise<Outcome<never>> {
  if (code?.keyId !== client.id || fields.get('grant_type') !== 'authorization_code') {
    return refuse('invalid_request', 'A parameter has a character that it cannot have.');
  }
  const consumed = await consumeCode(env, code.hash, Math.trunc(sources.nowMs()));
  if (!consumed.ok) return consumed;
  const wrong = error === 'invalid_grant' ? wrongVerifier(fields, code) : wrongForm(fields, code);
  return refuse('invalid_grant', `${wrong} The code is used up; let the admin allow the client again.`);
}

function wrongVerifier(fields: Fields, { codeChallenge }: CodeRow): string {
  if (codeChallenge === null) {
    return 'A code_verifier came with a code that was asked for without a code_challenge: send both, or neither.';
  }
  return fields.has('code_verifier')
    ? 'code_verifier does not go with the code_challenge that the code was asked for with.'
    : 'code_verifier is missing, and the code was asked for with a code_challenge.';
}

function wrongForm(fields: Fields, { codeChallenge }: CodeRow): string {
  if (codeChallenge !== null && !/^[\w.~-]{43,128}$/.test(fields.get('code_verifier') ?? '')) {
    return 'code_verifier must have 43 to 128 characters: letters, digits and - . _ ~ only.';
  }
  return fields.has('redirect_uri')
    ? 'redirect_uri is not the one that the code was asked for with.'
    : 'redirect_uri is missing; it must be the one that the code was asked for with.';
}
