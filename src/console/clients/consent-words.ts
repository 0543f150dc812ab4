// What an admin allows, in sentences: what the client may do here, and what goes with the people that it deactivates. Pure.
import type { Portal } from '../../directory/portal.ts';
import { listText } from '../../wording.ts';

/** What it may do, by the policy of this portal. */
export function mayDo({ policy }: Pick<Portal, 'policy'>): string {
  const admins = policy.adminBy === 'user_type' ? ', give roles' : '';
  return policy.groups === 'full'
    ? `Create, change and deactivate people${admins}, and manage groups.`
    : `Create, change and deactivate people${admins}.`;
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
