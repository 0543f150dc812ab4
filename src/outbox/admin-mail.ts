// The mail about a change of one person's admin rights: who, what, when, by whom, and how to undo it where it was made.

import { printable, readableTime } from '../printable.ts';
import { capital, fullName } from '../wording.ts';
import { authorWords, isFirstSignIn, isKey, stopAuthor } from './author-words.ts';
import type { Advice, Mail } from './mail.ts';
import type { Occasion } from './occasion.ts';

type Rights = 'admin_granted' | 'admin_revoked';

/** What happened to the person, by the journal's word for the change. */
const SUMMARIES: Readonly<Record<string, string>> = {
  'user.created': 'was created with admin rights',
  'user.admin_granted': 'was given admin rights',
  'user.reactivated': 'was activated again, with admin rights',
  'user.admin_revoked': 'lost admin rights and is still an active user',
  'user.deactivated': 'was deactivated and so lost admin rights',
  'user.deleted': 'was deleted and so lost admin rights',
};

const WITHOUT_JOURNAL: Readonly<Record<Rights, string>> = {
  admin_granted: 'was given admin rights',
  admin_revoked: 'lost admin rights',
};

/** The mail; `hostname` is the portal's. */
export function adminMail(occasion: Occasion, rights: Rights, hostname: string): Mail {
  const { subject, userName, changeType, createdAt, requestId, portalName, adminCount } = occasion;
  const who = printable(userName ?? subject);
  const portal = printable(portalName);
  const what = SUMMARIES[changeType ?? ''] ?? WITHOUT_JOURNAL[rights];
  const count = adminCount === 1 ? '1 active admin' : `${adminCount} active admins`;
  return {
    title: `${who} is ${rights === 'admin_granted' ? 'now' : 'no longer'} an admin`,
    summary: `${who} ${what} in ${portal}. The portal has ${count} now.`,
    facts: [
      ['Who', [shownName(occasion), who].flatMap((part) => part ?? []).join(', ')],
      ['What', `${capital(what)}${namedAttribute(occasion)}`],
      ['When', readableTime(createdAt)],
      ['By', authorWords(occasion)],
      ...(requestId === null ? [] : [['Request', requestId] as const]),
      ['Portal', `${portal}, ${hostname}`],
    ],
    advice: [undo(occasion, rights, who, hostname), ...stopAuthor(occasion, hostname)],
    reason: `You get this mail because you are an admin of ${hostname}, or because it is about you. Every change of anyone's admin rights is mailed to every active admin.`,
  };
}

/** Shown of an active person only: an inactive one's profile is not the portal's to show. */
function shownName(occasion: Occasion): string | undefined {
  return occasion.active === 1 ? fullName(occasion, 120) : undefined;
}

function namedAttribute(occasion: Occasion): string {
  if (!isKey(occasion)) return '';
  return isStillUser(occasion) ? `, by SCIM (${roleAttribute(occasion)})` : ', by SCIM';
}

/** `isAdmin` or `userType`, whichever the portal goes by. */
function roleAttribute({ attributes }: Occasion): 'isAdmin' | 'userType' {
  const names: unknown = JSON.parse(attributes ?? '[]');
  return Array.isArray(names) && names.includes('userType') ? 'userType' : 'isAdmin';
}

function undo(occasion: Occasion, rights: Rights, who: string, hostname: string): Advice {
  if (!isKey(occasion)) return undoHere(occasion, rights, who, hostname);
  const attribute = roleAttribute(occasion);
  const where =
    'in Okta under Applications → your app → Assignments → the user → Edit; in Entra in the attribute that Provisioning → Attribute mapping sends it from';
  if (rights === 'admin_granted') {
    const other = attribute === 'isAdmin' ? 'isAdmin to false' : 'userType to another role than admin';
    return {
      say: `If it was not intended, set ${other} for ${who}: ${where}. Undone anywhere else, it comes back with the next push.`,
    };
  }
  const again = attribute === 'isAdmin' ? 'isAdmin to true' : 'userType to admin';
  const first = isStillUser(occasion) ? '' : 'assign the person to the app again and ';
  const byItself = isStillUser(occasion) ? '' : ' Admin rights do not come back by themselves with the person.';
  return { say: `If it was not intended, ${first}set ${again} for ${who}: ${where}.${byItself}` };
}

function isStillUser({ changeType }: Occasion): boolean {
  return changeType !== 'user.deactivated' && changeType !== 'user.deleted';
}

function undoHere(occasion: Occasion, rights: Rights, who: string, hostname: string): Advice {
  if (rights === 'admin_revoked') {
    return { say: `If it was not intended, have another admin give ${who} admin rights again.` };
  }
  const run = `https://${hostname}/console/users?show=all&q=${encodeURIComponent(who)}`;
  if (isFirstSignIn(occasion)) {
    return {
      say: `If it was not intended, change the role of ${who} in the console or deactivate the account, under Users:`,
      run,
    };
  }
  if (occasion.changeType === 'user.created') {
    return {
      say: `If it was not intended, take the admin rights away or deactivate ${who} in the console, under Users:`,
      run,
    };
  }
  return {
    say: `If it was not intended, take the admin rights of ${who} away in the console, under Users. Where the identity provider decides over them, set isAdmin to false for ${who} there.`,
    run,
  };
}
