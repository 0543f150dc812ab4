// From a line of the log to a sentence that the admin of an identity provider understands, and to what they should change.
// Pure. What clients sent is quoted as plain text, cut so that a sentence stays one.

import type { RefusalCode } from '../failure.ts';
import { printable } from '../printable.ts';
import { listText } from '../wording.ts';
import { ACCOUNT_REFUSALS } from './account-refusals.ts';
import { ATTRIBUTE_REFUSALS } from './attribute-refusals.ts';
import { CREDENTIAL_REFUSALS } from './credential-refusals.ts';
import { DONE_TEXTS, RULE_TEXTS } from './done-texts.ts';
import { actorName, type DoneLine, type LogEntry, type RefusedLine } from './entry.ts';
import type { DoneText, Explanation, RefusalText, RuleText } from './explanation.ts';
import { REQUEST_REFUSALS } from './request-refusals.ts';
import { SIGN_IN_REFUSALS } from './sign-in-refusals.ts';

/** Every rule that refuses; the compiler holds that none is missing. */
export const REFUSAL_TEXTS: Readonly<Record<RefusalCode, RefusalText>> = {
  ...CREDENTIAL_REFUSALS,
  ...REQUEST_REFUSALS,
  ...ATTRIBUTE_REFUSALS,
  ...ACCOUNT_REFUSALS,
  ...SIGN_IN_REFUSALS,
};

/** How long a sentence may get. */
export const SENTENCE_CHARACTERS = 300;
const LEAST_QUOTED = 60;

/** The sentence about one line, and the setting to change where there is one. */
export function explain(entry: LogEntry): Explanation {
  return entry.source === 'journal' ? explainDone(entry) : explainRefused(entry);
}

function explainDone(entry: DoneLine): Explanation {
  const { type, rule, attributes } = entry;
  const subject = printable(subjectOf(entry), 80);
  const noun = entry.subjectIsClient ? 'OAuth client' : 'key';
  const facts = { who: actorName(entry), subject, what: listed(attributes), noun } as const;
  // A row can be older than the code that reads it.
  const text: DoneText | undefined = DONE_TEXTS[type];
  const done = text ? text(facts) : `${facts.who} did something to ${subject} that this version does not know.`;
  const ruled: RuleText | undefined = rule === null ? undefined : RULE_TEXTS[rule];
  if (ruled === undefined) return { sentence: done };
  return { sentence: `${done} ${ruled.sentence}`, ...(ruled.change ? { change: ruled.change } : {}) };
}

/** A userName stands for itself, like an id; the names of groups and workspaces are any words. */
function subjectOf({ type, subject, subjectName, subjectSeq }: DoneLine): string {
  if (subjectName === undefined) return subject;
  return subjectSeq !== undefined || /^(user|impersonation)\./.test(type) ? subjectName : `"${subjectName}"`;
}

function explainRefused(entry: RefusedLine): Explanation {
  const { rule, method, route, detail } = entry;
  const text: RefusalText | undefined = REFUSAL_TEXTS[rule];
  const attempt = `${callerName(entry)} could not ${attempted(method, route)}`;
  if (text === undefined) return { sentence: quoted(`${attempt}.`, detail) };
  const sentence = `${attempt}: ${text.because}.`;
  // Whoever signs in is told in other words, without what may help a stranger.
  const lead = isSignIn(entry) ? 'In detail' : 'The answer was';
  return { sentence: text.quotes ? quoted(sentence, detail, lead) : sentence, change: text.change };
}

function callerName(entry: RefusedLine): string {
  if (!isSignIn(entry)) return actorName(entry);
  return entry.actor === null ? 'Somebody' : 'Somebody whom the identity provider knows';
}

function isSignIn({ route }: RefusedLine): boolean {
  return route === '/auth/saml2/';
}

function quoted(sentence: string, detail: string, lead = 'The answer was'): string {
  const room = SENTENCE_CHARACTERS - sentence.length - ` ${lead}: “”.`.length;
  const answer = printable(detail, Math.max(room, LEAST_QUOTED)).replace(/(?<!\.)\.$/, '');
  return answer === '' ? sentence : `${sentence} ${lead}: “${answer}”.`;
}

const ATTEMPTS: Readonly<Record<string, string>> = {
  GET: 'read',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'change',
  DELETE: 'delete',
};

const WHOLE_ROUTES: Readonly<Record<string, string>> = {
  'GET /Users': 'look up users',
  'GET /Groups': 'look up groups',
  'POST /Users/.search': 'search users',
  'POST /Groups/.search': 'search groups',
  'POST /.search': 'search users and groups',
  'POST /auth/saml2/': 'sign in by single sign-on',
  'GET /oauth/authorize': 'be allowed by an admin',
  'POST /oauth/authorize': 'be allowed by an admin',
  'POST /oauth/token': 'get an access token',
  'POST /oauth/revoke': 'give back a token',
};

const THINGS: readonly (readonly [prefix: string, thing: string])[] = [
  ['/Users', 'a user'],
  ['/Groups', 'a group'],
];

/** What the request was for, as the words behind "could not". */
function attempted(method: string, route: string): string {
  if (route === '/Bulk') return 'carry out an operation of a bulk request';
  const whole = WHOLE_ROUTES[`${method} ${route}`];
  if (whole) return whole;
  const thing = THINGS.find(([prefix]) => route.startsWith(prefix))?.[1];
  const verb = ATTEMPTS[method];
  if (thing && verb) return `${verb} ${thing}`;
  return route === 'none' ? 'reach the SCIM address it asked for' : 'ask what the portal supports';
}

const NAMED_ATTRIBUTES = 4;

/** Attribute names in words, those of extensions without their schema. */
/** Settings that are called otherwise than they are stored. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ['sso', 'single sign-on'],
  ['sso.issuer', 'the issuer of single sign-on'],
  ['sso.signInUrl', 'the sign-in URL of single sign-on'],
  ['sso.signOutUrl', 'the sign-out URL of single sign-on'],
  ['sso.certificates', 'the certificates of single sign-on'],
  ['sso.sessions', 'who is signed in by single sign-on'],
  ['emailDomains', 'the e-mail domains'],
  ['appUrl', 'the app URL'],
]);

function listed(attributes: readonly string[]): string {
  const nameOf = (name: string) => SETTINGS.get(name) ?? printable(name.slice(name.lastIndexOf(':') + 1), 30);
  const names = [...new Set(attributes.map(nameOf))];
  if (names.length === 0) return 'something';
  const named = names.slice(0, NAMED_ATTRIBUTES);
  const others = names.length - named.length;
  return listText(others > 0 ? [...named, `${others} more`] : named);
}
