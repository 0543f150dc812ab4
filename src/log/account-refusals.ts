// Explanations of what is refused for whom it is about: names that are taken, protected accounts, groups and their members.
import type { RefusalCode } from '../failure.ts';
import type { RefusalText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

const GROUP_NAME = {
  okta: `${OKTA.pushGroups}: press Refresh App Groups and choose Link Group, or give one of the two another name.`,
  entra: `${ENTRA.groups}: match on displayName with matching precedence 1, or give one of the two groups another name.`,
} as const;

const TEAMS = {
  okta: `${OKTA.pushGroups}: leave this group out; ${OKTA.mappings}: map division, which puts users into teams.`,
  entra: `${ENTRA.assignments}: leave this group out; ${ENTRA.users}: map division, which puts users into teams.`,
  portal: 'npm run portal -- policy set groups full hides the teams from group push.',
} as const;

export const ACCOUNT_REFUSALS = {
  user_name_in_use: {
    because: 'an active user of this portal has this userName already',
    change: {
      okta: `${OKTA.tasks}: press Retry; Okta then finds the user by its userName and links it.`,
      entra: `${ENTRA.users}: match on userName with matching precedence 1, so that Entra finds the user.`,
    },
  },
  user_name_in_use_inactive: {
    because: 'a deactivated user of this portal has this userName, who should be activated and not created again',
    change: {
      okta: `${OKTA.connection}: set Unique identifier field for users to userName, so that Okta finds the user and activates it.`,
      entra: `${ENTRA.users}: match on userName with matching precedence 1 and map active, so that Entra activates the user.`,
    },
  },
  user_name_managed_by_portal: {
    because:
      'the account with this userName signs in with a password or is a service account, which SCIM does not manage',
    change: {
      okta: `${OKTA.assignments}: remove the person, or have an admin of the portal set the account's login type to SAML.`,
      entra: `${ENTRA.assignments}: remove the person, or have an admin of the portal set the account's login type to SAML.`,
    },
  },
  last_admin: {
    because: 'this is the last active admin who can sign in to the portal',
    change: {
      okta: `${OKTA.assignments}: keep the person assigned until another person is an admin of the portal.`,
      entra: `${ENTRA.assignments}: keep the person assigned until another person is an admin of the portal.`,
    },
  },
  key_owner: {
    because: 'this user owns the key of the request, which would have ended with it',
    change: {
      okta: `${OKTA.connection}: enter Username and Password of a key that belongs to a no-login service account.`,
      entra: `${ENTRA.connection}: paste the Secret token of a key that belongs to a no-login service account.`,
      portal: 'npm run key -- create --owner scim-admin@HOST makes such an account and a key for it.',
    },
  },
  not_admin: {
    because: 'only an active admin of the portal may do this',
    change: {
      okta: `${OKTA.assignments}: edit the person and set isAdmin, where the portal takes admin rights from it.`,
      entra: `${ENTRA.users}: map isAdmin, where the portal takes admin rights from it.`,
      portal: 'npm run portal -- admin NAME@HOST makes an admin who signs in with a password.',
    },
  },
  resource_not_found: {
    because: 'the portal has no user or group of this id: it was deleted, or never created here',
    change: {
      okta: `${OKTA.assignments}: remove the person or group and assign it anew, which creates it.`,
      entra: `${ENTRA.onDemand}: provision the user once more, which creates it; if that fails, Restart provisioning.`,
    },
  },
  group_name_in_use: {
    because: 'the portal has a group of this name, in capital or small letters',
    change: GROUP_NAME,
  },
  team_name_in_use: { because: 'a team of the portal has this name and is shown as a group', change: TEAMS },
  team_read_only: {
    because: 'this group is a team of the portal, whose members follow the division of the users',
    change: TEAMS,
  },
  unknown_member: {
    because: 'it named a member who is no user of this portal',
    quotes: true,
    change: {
      okta: `${OKTA.assignments}: assign every member to the app as well; then ${OKTA.pushGroups}: Push now.`,
      entra: `${ENTRA.onDemand}: provision the member as a user first; groups inside groups are not provisioned.`,
    },
  },
} as const satisfies Partial<Record<RefusalCode, RefusalText>>;
