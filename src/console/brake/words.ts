// The brake in sentences: what somebody would lose, why somebody stays held, and what did not come back.
import type { BrakeStatus, KeyName, Loss } from '../../directory/brake-status.ts';
import type { Withheld } from '../../directory/give-back-decision.ts';
import type { StaysHeld } from '../../directory/give-back-user.ts';
import { actorName } from '../../log/entry.ts';
import { counted } from '../page/count-text.ts';
import { sizeText } from '../page/size-text.ts';

/** Where what one person would lose is counted no further. */
export const LOSS_COUNTED = 200;

/** Why a restore would leave somebody held, and what would help. */
export const STAYS: Readonly<Record<StaysHeld['reason'], string>> = {
  user_name_taken:
    'Cannot be restored: another account has this user name now. Have the identity provider delete that one first, or release what is held here.',
  managed_by_portal:
    'Cannot be restored: SCIM no longer manages the account. On its page, hand it to the identity provider first.',
  ended_since:
    'Cannot be restored: access was ended again later, and that is not held. Activate the person in the identity provider first.',
};

/** What somebody who came back does not get again. */
export const WITHHELD: Readonly<Record<Withheld, string>> = {
  role_decided: 'the role and the keys that ended with it, since the role was decided anew after the person came back',
  role_forgotten:
    'the role and the keys that ended with it, since the log no longer says whether the role was decided anew',
  groups: 'the groups, since the identity provider made the account anew and decides over its groups',
};

/** What is destroyed when the brake lets go of somebody, in parts. */
export function lossParts({ files, messages, bytes, workspaces, profile, admin }: Loss): readonly string[] {
  const many = files >= LOSS_COUNTED || messages >= LOSS_COUNTED;
  const size = bytes > 0 ? ` (${many ? 'at least ' : ''}${sizeText(bytes)})` : '';
  const content = [
    ...(files > 0 ? [counted(files, 'file', LOSS_COUNTED)] : []),
    ...(messages > 0 ? [counted(messages, 'message', LOSS_COUNTED)] : []),
  ].join(' and ');
  return [
    ...(content === '' ? [] : [content + size]),
    ...(workspaces > 0 ? [`${counted(workspaces, 'workspace', LOSS_COUNTED)}`] : []),
    ...(profile ? ['name and attributes'] : []),
    ...(admin ? ['admin rights'] : []),
  ];
}

/** Who deactivated somebody, such as `by the key “Okta” of scim@acme.example`. */
export function byWhom(actor: string | null, key: KeyName | undefined): string {
  if (actor === null) return 'by a key that is not known any more';
  const name = actorName({ actor, ...(key ? { key } : {}) });
  return `by ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** How the brake stands, in one word. */
export function brakeWord({ engaged, policy }: BrakeStatus): 'engaged' | 'watching' | 'off' {
  if (engaged) return 'engaged';
  return policy.state === 'on' ? 'watching' : 'off';
}
