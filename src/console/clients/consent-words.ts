// What an admin allows, in sentences: what the client may do here, and what goes with the people that it deactivates. Pure.

import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { Portal } from '../../directory/portal.ts';
import { capital, listText } from '../../wording.ts';

/** What it may do, by the choices of this portal. */
export function mayDo({ policy, extensionUrn }: Pick<Portal, 'policy' | 'extensionUrn'>): string {
  const rights = [
    'create, change and deactivate people',
    ...(policy.adminBy === 'user_type' ? [rolesText(policy.roles)] : []),
    ...(extensionUrn === undefined ? [] : ['make people admins and take that from them']),
    ...(policy.groups === 'full' ? ['manage groups'] : []),
  ];
  const text = rights.length === 1 ? rights.join() : `${rights.slice(0, -1).join(', ')}, and ${rights.at(-1)}`;
  return `${capital(text)}.`;
}

function rolesText(roles: readonly string[]): string {
  return roles.includes(ADMIN_ROLE) ? 'give and take roles, also that of an admin' : 'give and take roles';
}

/** What a deactivation destroys, in one sentence. */
export function deactivationText({ policy }: Pick<Portal, 'policy'>): string {
  const { profile, content, workspaces } = policy.deactivation;
  const gone = [
    ...(profile === 'remove' ? ['the profile is removed'] : []),
    ...(content === 'destroy' ? ['files and messages are deleted for ever'] : []),
    ...(workspaces === 'archive' ? ['workspaces are closed and deleted 30 days later'] : []),
  ];
  const ends = 'When it deactivates somebody, access ends at once';
  if (gone.length === 0) return `${ends}, and what they own is kept.`;
  const brake = policy.brake.state === 'on' ? ' The brake holds that when there are many in an hour.' : '';
  return `${listText([ends, ...gone])}.${brake}`;
}
