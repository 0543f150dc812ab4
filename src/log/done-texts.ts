// What the portal did, as sentences: one row a type of the journal, and one a rule that shaped the outcome.
import type { JournalRule, JournalType } from '../storage/journal.ts';
import type { DoneText, RuleText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

export const DONE_TEXTS: Readonly<Record<JournalType, DoneText>> = {
  'user.created': ({ who, subject }) => `${who} created the user ${subject}.`,
  'user.updated': ({ who, subject, what }) => `${who} changed ${what} of the user ${subject}.`,
  'user.deactivated': ({ who, subject }) =>
    `${who} deactivated the user ${subject}. Access ended at once; what else goes with it is the policy of the portal.`,
  'user.reactivated': ({ who, subject }) => `${who} activated the user ${subject} again.`,
  'user.deleted': ({ who, subject }) => `${who} deleted the user ${subject}, whom SCIM no longer shows.`,
  'user.admin_granted': ({ who, subject }) => `${who} made the user ${subject} an admin of the portal.`,
  'user.admin_revoked': ({ who, subject }) => `${who} took the admin rights of the user ${subject} away.`,
  'user.ignored': ({ who, subject, what }) => `${who} sent ${what} for the user ${subject}, and nothing was changed.`,
  'user.link_made': ({ who, subject }) =>
    `${who} made a link by which ${subject} can set a new password, once and within an hour.`,
  'group.created': ({ who, subject }) => `${who} created the group ${subject}.`,
  'group.updated': ({ who, subject, what }) => `${who} changed ${what} of the group ${subject}.`,
  'group.member_added': ({ who, subject }) => `${who} added members to the group ${subject}.`,
  'group.member_removed': ({ who, subject }) => `${who} removed members from the group ${subject}.`,
  'group.deleted': ({ who, subject }) => `${who} deleted the group ${subject}. Its members stay users of the portal.`,
  'key.created': ({ who, subject, noun }) => `${who} made the ${noun} ${subject}.`,
  'key.used_for_scim': ({ who, subject }) =>
    `${who} made a SCIM API Password for the key ${subject}, which an identity provider can use from now on.`,
  'key.rotated': ({ who, subject }) =>
    `${who} rotated the key ${subject}: another key takes its place, and it ends by itself.`,
  'key.revoked': ({ who, subject, noun }) => `${who} revoked the ${noun} ${subject}, which changes nothing any more.`,
  'key.allowed': ({ who, subject }) => `${who} allowed the OAuth client ${subject} to manage users and groups.`,
  'key.access_ended': ({ who, subject }) =>
    `${who} ended one access of the OAuth client ${subject}: until an admin allows it again, it gets nothing by it.`,
  'key.secret_made': ({ who, subject }) => `${who} made a secret for the OAuth client ${subject}.`,
  'key.secret_revoked': ({ who, subject }) =>
    `${who} revoked a secret of the OAuth client ${subject}, which gets no more tokens by it.`,
  'impersonation.began': ({ who, subject }) => `${who} began to act for the service account ${subject}.`,
  'impersonation.ended': ({ who, subject }) => `${who} stopped acting for the service account ${subject}.`,
  'portal.changed': ({ who, what }) => `${who} changed ${what} in the settings of the portal.`,
  'mail.retried': ({ who, subject }) =>
    `${who} had ${subject === 'dead' ? 'every mail that could not be sent' : `the mail ${subject}`} tried again.`,
  'workspace.created': ({ who, subject }) => `${who} made the workspace ${subject}.`,
  'workspace.archived': ({ who, subject }) =>
    `${who} archived the workspace ${subject}. An admin can restore it until it is deleted 30 days later.`,
  'workspace.restored': ({ who, subject }) => `${who} restored the workspace ${subject}.`,
  'workspace.transferred': ({ who, subject }) => `${who} gave the workspace ${subject} to another owner.`,
  'workspace.deleted': ({ who, subject }) => `${who} deleted the workspace ${subject} with all it held, as it was due.`,
  'destruction.held': ({ who, subject }) => `${who} put ${doomed(subject)} on hold: nothing of it is deleted.`,
  'destruction.released': ({ who, subject }) => `${who} released ${doomed(subject)}, which goes on when it is due.`,
  'file.created': ({ who, subject }) => `${who} stored the file ${subject}.`,
  'message.created': ({ who, subject }) => `${who} stored the message ${subject}.`,
  'write.abandoned': ({ who }) =>
    `${who} was told to try again, since the database did not answer in time. Nothing of that try takes effect any more.`,
};

/** The subject is `all`, the number of a row of the ledger, or the id of a user or a workspace. */
function doomed(subject: string): string {
  if (subject === 'all') return 'every destruction';
  return /^\d+$/.test(subject) ? `destruction ${subject}` : `the destruction of what belongs to ${subject}`;
}

const JIT_CLAIMS = {
  okta: `${OKTA.claims}: send userType and division with the exact names that the portal knows.`,
  entra: `${ENTRA.claims}: send userType and division with the exact names that the portal knows.`,
} as const;

export const RULE_TEXTS: Readonly<Record<JournalRule, RuleText>> = {
  created_inactive: {
    sentence: 'It was created without access, as the identity provider asked, until it is activated.',
  },
  inactive_profile_ignored: {
    sentence: 'The user is deactivated, and the portal keeps no profile and no role of a deactivated user.',
    change: {
      okta: `${OKTA.assignments}: assign the person again if they should have access; if not, nothing has to change.`,
      entra: `${ENTRA.assignments}: assign the person again if they should have access; if not, nothing has to change.`,
    },
  },
  team_unknown: {
    sentence: 'No team of the portal has exactly the name that the division gives, so the user is in no team.',
    change: {
      okta: `${OKTA.mappings}: map division to the exact name of a team.`,
      entra: `${ENTRA.users}: map division to the exact name of a team.`,
      portal:
        'npm run portal -- team list shows the names; npm run portal -- team add NAME makes the team and takes the user in.',
    },
  },
  member_deleted: { sentence: 'A user was deleted, and a deleted user leaves every group.' },
  brake_restored: { sentence: 'It gave back what the brake had held since the user was deactivated.' },
  brake_restored_inactive: {
    sentence:
      'It gave back an account that the brake had held since it was deleted: without access, as it was before that.',
  },
  role_gone: {
    sentence:
      'The settings of the portal were changed and have the role of the user no more: it is the default role now.',
  },
  team_added: { sentence: 'There is a new team, and users whose division is its name are in it.' },
  team_renamed: {
    sentence: 'A team has another name: its users stay in it, and others need the new name as their division.',
    change: {
      okta: `${OKTA.mappings}: map division to the new name of the team.`,
      entra: `${ENTRA.users}: map division to the new name of the team.`,
    },
  },
  jit: { sentence: 'It was the first sign-in of that person by single sign-on.' },
  jit_role_unknown: {
    sentence:
      'It was a first sign-in, and the user type in it is no role of the portal, so the role is the default one.',
    change: JIT_CLAIMS,
  },
  jit_team_unknown: {
    sentence: 'It was a first sign-in, and the division in it names no team, so the team is the default one.',
    change: JIT_CLAIMS,
  },
  jit_role_and_team_unknown: {
    sentence:
      'It was a first sign-in whose user type is no role and whose division is no team of the portal: both are the default ones.',
    change: JIT_CLAIMS,
  },
  sso_switched_on: { sentence: 'Single sign-on is on: people sign in by the identity provider.' },
  sso_switched_off: { sentence: 'Single sign-on is off: nobody signs in by the identity provider.' },
  team_removed: { sentence: 'A team is gone: its users keep their division and are in no team.' },
};
