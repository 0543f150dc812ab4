// The addresses and the name of an identity provider, as an admin pastes them.
import { fail, ok, type Result } from '../failure.ts';

const MAX_ADDRESS = 2000;
/** SAML core 2.0, section 8.3.6. */
const MAX_ISSUER = 1024;
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** An absolute HTTPS address without a fragment or a password, as it was typed; HTTP on this very machine. `what` names it. Fails with
 * `invalid_value`. */
export function readAddress(text: string, what: string): Result<string> {
  const typed = text.trim();
  if (typed === '') return refused(`${what} is missing.`);
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || typed.length > MAX_ADDRESS || /[\s\p{C}]/u.test(typed)) {
    return refused(`${what} is no address: it begins with https:// and has no spaces.`);
  }
  const isLocal = url.protocol === 'http:' && LOCAL.includes(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) return refused(`${what} must begin with https://.`);
  if (url.username !== '' || url.password !== '') return refused(`${what} must not carry a user name or a password.`);
  return typed.includes('#') ? refused(`${what} must not have a part behind #.`) : ok(typed);
}

/** The entity ID, which is compared to the letter with what each response says. Fails with `invalid_value`. */
export function readIssuer(text: string): Result<string> {
  const issuer = text.trim();
  if (issuer === '')
    return refused('The issuer is missing: the identity provider calls it issuer, entity ID or identifier.');
  if (issuer.length > MAX_ISSUER || /[\s\p{C}]/u.test(issuer)) {
    return refused(`The issuer has no spaces and at most ${MAX_ISSUER} characters.`);
  }
  return ok(issuer);
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}
