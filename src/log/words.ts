// What happened and why, in two or three words: for choosing among them, and as the tag of a line. Most codes say it themselves.

import type { RefusalCode } from '../failure.ts';
import type { JournalRule, JournalType } from '../storage/journal.ts';
import { capital } from '../wording.ts';

const OTHER_WORDS: Readonly<Partial<Record<JournalType | JournalRule | RefusalCode, string>>> = {
  'user.admin_granted': 'Admin rights given',
  'user.admin_revoked': 'Admin rights taken',
  'user.ignored': 'Nothing changed',
  'group.member_added': 'Members added',
  'group.member_removed': 'Members removed',
  'portal.changed': 'Settings changed',
  'destruction.held': 'Destruction on hold',
  'write.abandoned': 'Told to try again',
  inactive_profile_ignored: 'Profile of a deactivated user ignored',
  created_inactive: 'Created without access',
  team_unknown: 'Division names no team',
  member_deleted: 'A deleted user left the group',
  brake_restored: 'Given back from the brake',
  brake_restored_inactive: 'Given back from the brake, inactive',
  role_gone: 'Role does not exist any more',
  credential_missing: 'No credential',
  credential_malformed: 'Credential cut off or mistyped',
  credential_unknown: 'Wrong, expired or revoked credential',
  token_unknown: 'Access token expired or revoked',
  too_many_failures: 'Too many wrong credentials',
  https_required: 'Plain HTTP',
  misdirected_request: 'Wrong hostname',
  jit: 'First sign-in',
  jit_role_unknown: 'First sign-in, role unknown',
  jit_team_unknown: 'First sign-in, division names no team',
  jit_role_and_team_unknown: 'First sign-in, role and team unknown',
  sso_switched_on: 'Single sign-on switched on',
  sso_switched_off: 'Single sign-on switched off',
  sso_off: 'Single sign-on is off',
  saml_response_refused: 'Sign-in not trusted',
  saml_replayed: 'Sign-in used before',
  sso_user_unknown: 'Nobody of that name',
  sso_user_inactive: 'User is deactivated',
  sso_user_removed: 'User was deleted',
  sso_not_saml: 'Account signs in another way',
  jit_incomplete: 'First sign-in lacks attributes',
  jit_domain: 'E-mail domain not of the portal',
  oauth_client_refused: 'OAuth client not trusted',
  oauth_grant_refused: 'OAuth grant not valid',
  oauth_request_refused: 'OAuth request not valid',
  not_found: 'No such address',
  method_not_allowed: 'Wrong kind of request',
  invalid_syntax: 'Body not readable',
  unsupported_media_type: 'Body not marked as JSON',
  body_too_large: 'Body too large',
  invalid_filter: 'Search not possible',
  too_many_to_scan: 'Search too broad',
  invalid_cursor: 'Page not known',
  expired_cursor: 'Page asked for too late',
  invalid_count: 'Page size is no number',
  discovery_filter: 'Search in the description',
  precondition_failed: 'Changed by somebody else meanwhile',
  too_many_operations: 'Bulk request too large',
  bulk_conflict: 'Bulk operation refers to a failed one',
  invalid_value: 'Value does not fit',
  invalid_path: 'Attribute not known',
  no_target: 'Value to change not named',
  read_only_attribute: 'Attribute is read-only',
  immutable_attribute: 'Member cannot be changed',
  user_name_immutable: 'User name cannot change',
  user_name_in_use: 'User name in use',
  user_name_in_use_inactive: 'User name of a deactivated user',
  user_name_managed_by_portal: 'Account not managed by SCIM',
  last_admin: 'Last admin',
  key_owner: 'Owner of the key',
  not_admin: 'Not an admin',
  resource_not_found: 'No such user or group',
  group_name_in_use: 'Group name in use',
  team_name_in_use: 'Name of a team',
  team_read_only: 'Teams follow the division',
  unknown_member: 'Member is no user',
};

/** A type of the journal, a rule of it or of a refusal, in words that begin with a capital letter. */
export function wordsOf(code: JournalType | JournalRule | RefusalCode): string {
  return capital(OTHER_WORDS[code] ?? code.replaceAll(/[._]/g, ' '));
}

const SIGN_INS: readonly string[] = [
  'credential_missing',
  'credential_malformed',
  'credential_unknown',
  'too_many_failures',
] satisfies RefusalCode[];

/** Whether a rule refuses a caller for its credential, like a failed sign-in. */
export function isFailedSignIn(rule: string): boolean {
  return SIGN_INS.includes(rule);
}
