// The addresses and the name of an identity provider, as an admin pastes them.
import { fail, ok, type Result } from '../failure.ts';

const MAX_ADDRESS = 2000;
/** SAML core 2.0, section 8.3.6. */
const MAX_ISSUER = 1024;
/** Ends the session at Entra of whoever comes there. */
export const ENTRA_SIGN_OUT = 'https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0';
/** The same of Okta. */
export const OKTA_SIGN_OUT = 'https://YOUR-ORG.okta.com/login/signout';
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

/** Where people go who sign out here: an address as `readAddress` takes it, null for none. Fails too on the one that Entra offers, which
 * shows an error to everybody who comes without a request. */
export function readSignOut(text: string): Result<string | null> {
  if (text.trim() === '') return ok(null);
  const address = readAddress(text, 'The sign-out URL');
  if (!address.ok) return address;
  const { hostname, pathname } = new URL(address.value);
  return hostname === 'login.microsoftonline.com' && /\/saml2\/?$/i.test(pathname)
    ? refused(`Entra shows an error to people who come to this sign-out URL. Enter ${ENTRA_SIGN_OUT} instead.`)
    : address;
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
