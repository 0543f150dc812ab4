// The profile as it is stored, or why there is none.

import type { Account } from '../../directory/account.ts';
import type { Portal } from '../../directory/portal.ts';
import { Detail, Details } from '../page/details.tsx';
import type { PanelProps } from './overview.tsx';
import { type ProfileSection, profileSections } from './profile-lines.ts';

export function ProfilePanel({ screen: { portal }, details: { account } }: PanelProps) {
  const sections = profileSections(account, portal);
  return (
    <section class="panel" aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      {sections.length === 0 ? <p class="nothing">{whyNone(account, portal)}</p> : sections.map(asSection)}
    </section>
  );
}

function asSection({ title, lines }: ProfileSection) {
  return (
    <>
      {title === undefined ? null : <h3>{title}</h3>}
      <Details>
        {lines.map(({ label, values }) => (
          <Detail name={label}>
            {values.map((value) => (
              <span class="line">{value}</span>
            ))}
          </Detail>
        ))}
      </Details>
    </>
  );
}

function whyNone({ active, removedAt, loginType }: Account, { policy }: Portal): string {
  if (removedAt !== null) return 'There is none: a deletion removes the profile. User name, id and external id stay.';
  if (!active && policy.deactivation.profile === 'remove') {
    return 'There is none: in this portal a deactivation removes the profile. User name, id and external id stay.';
  }
  if (loginType === 'saml') return 'The identity provider has sent nothing but the user name.';
  return 'Accounts that the portal’s admins manage have no profile.';
}
