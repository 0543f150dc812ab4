// The mail about single sign-on: it was switched, or trusts somebody else now. Whoever is trusted can sign in as anybody, so that every
// admin hears of it.

import { printable, readableTime } from '../printable.ts';
import { capital, listText } from '../wording.ts';
import { authorWords, stopAuthor } from './author-words.ts';
import type { Advice, Mail } from './mail.ts';
import type { Occasion } from './occasion.ts';

/** By the journal's names. */
const PARTS: Readonly<Record<string, string>> = {
  'sso.issuer': 'another issuer',
  'sso.signInUrl': 'another sign-in URL',
  'sso.signOutUrl': 'another sign-out URL',
  'sso.certificates': 'other certificates',
};

const SWITCHED: Readonly<Record<string, string>> = {
  sso_switched_on: 'was switched on',
  sso_switched_off: 'was switched off',
};

/** The mail; `hostname` is the portal's. */
export function ssoMail(occasion: Occasion, hostname: string): Mail {
  const { rule, createdAt, requestId, portalName } = occasion;
  const portal = printable(portalName);
  const what = whatOf(occasion);
  const ended = namesOf(occasion).includes('sso.sessions') ? '. The sessions that it began were ended' : '';
  return {
    title: `Single sign-on ${what}`,
    summary: `Single sign-on ${what} in ${portal}. ${MEANINGS[rule ?? ''] ?? MEANINGS['changed']}`,
    facts: [
      ['What', `${capital(what)}${ended}`],
      ['When', readableTime(createdAt)],
      ['By', authorWords(occasion)],
      ...(requestId === null ? [] : [['Request', requestId] as const]),
      ['Portal', `${portal}, ${hostname}`],
    ],
    advice: [
      {
        say: 'Compare issuer and certificates, by their fingerprints, with those of your identity provider. The console has them under Configuration:',
        run: `https://${hostname}/console/authentication`,
      },
      ...(rule === 'sso_switched_off' ? SWITCH_ON : SWITCH_OFF),
      ...stopAuthor(occasion, hostname),
      ...ownAccount(occasion),
    ],
    reason: `You get this mail because you are an admin of ${hostname}. It is sent to every active admin when single sign-on is switched on or off, or trusts another issuer or other certificates.`,
  };
}

const MEANINGS: Readonly<Record<string, string>> = {
  sso_switched_on: 'People sign in by the identity provider from now on.',
  sso_switched_off: 'Nobody signs in by the identity provider any more; admins with a password still do.',
  changed: 'Whoever can sign with a certificate that is trusted can sign in as anybody who signs in by single sign-on.',
};

function namesOf({ attributes }: Occasion): readonly unknown[] {
  const names: unknown = JSON.parse(attributes ?? '[]');
  return Array.isArray(names) ? names : [];
}

/** Such as `has another issuer and other certificates`. */
function whatOf(occasion: Occasion): string {
  const parts = namesOf(occasion).flatMap((name) => PARTS[String(name)] ?? []);
  const switched = SWITCHED[occasion.rule ?? ''];
  if (parts.length === 0) return switched ?? 'was changed';
  return `${switched === undefined ? '' : `${switched} and `}has ${listText(parts)}`;
}

const SWITCH_OFF: readonly Advice[] = [
  {
    say: 'If none of you meant this, an admin with a password switches single sign-on off there, and ends the sessions that it began.',
  },
  {
    say: 'Where nobody has a password, ask whoever runs the portal for an admin with one, and to run:',
    run: 'npm run portal -- sso off --end-sessions',
  },
];

const SWITCH_ON: readonly Advice[] = [
  {
    say: 'If none of you meant this, test the settings and switch single sign-on on again there. Where nobody has a password, ask whoever runs the portal for an admin with one.',
  },
];

/** Somebody else may have the session of a person. */
function ownAccount({ actor, actorName }: Occasion): readonly Advice[] {
  if (actor === 'cli' || actorName === null) return [];
  return [
    {
      say: `If it was not ${printable(actorName)}, somebody else is signed in as ${printable(actorName)}: deactivate the account, which ends its sessions and keys at once.`,
    },
  ];
}
