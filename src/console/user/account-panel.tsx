// The account itself: its names, how it signs in, what it may, and when that changed.

import type { Account } from '../../directory/account.ts';
import { roleGovernor, rolesToGive } from '../../directory/account-rights.ts';
import type { Portal } from '../../directory/portal.ts';
import { printable } from '../../printable.ts';
import { roleName } from '../../wording.ts';
import { Detail, Details } from '../page/details.tsx';
import { Time } from '../page/time-text.tsx';
import { membersPath } from '../teams/team-words.ts';
import type { PanelProps } from './overview.tsx';

const LOGIN_WORDS = {
  saml: 'By the identity provider (SAML), which manages the account',
  password: 'With a password; the portal’s admins manage the account',
  service: 'Nobody: a service account has no login and only owns API keys',
} as const;

export function AccountPanel({ screen, details }: PanelProps) {
  const { account, passwordSetAt } = details;
  const { loginType, role, team, externalId, createdAt, updatedAt, deactivatedAt, removedAt } = account;
  const now = screen.nowMs;
  return (
    <section class="panel" aria-labelledby="account">
      <h2 id="account">Account</h2>
      <Details>
        <Detail name="User name">{printable(account.userName, 600)}</Detail>
        <Detail name="Id">
          <code>{printable(account.id, 600)}</code>
        </Detail>
        <Detail name="External id">{externalId === null ? null : <code>{printable(externalId, 600)}</code>}</Detail>
        <Detail name="Signs in">{LOGIN_WORDS[loginType]}</Detail>
        {loginType === 'password' ? (
          <Detail name="Password">
            {passwordSetAt === null ? (
              'Not set yet'
            ) : (
              <>
                Set <Time at={passwordSetAt} now={now} />
              </>
            )}
          </Detail>
        ) : null}
        <Detail name="Role">
          {printable(roleName(role), 80)}
          <small>{whoSetsRole(account, screen.portal)}</small>
        </Detail>
        <Detail name="Team">{team === null ? null : <a href={membersPath(team)}>{printable(team, 200)}</a>}</Detail>
        <Detail name="Created">
          <Time at={createdAt} now={now} />
        </Detail>
        <Detail name="Last changed">
          <Time at={updatedAt} now={now} />
        </Detail>
        {deactivatedAt === null ? null : (
          <Detail name="Deactivated">
            <Time at={deactivatedAt} now={now} />
          </Detail>
        )}
        {removedAt === null ? null : (
          <Detail name="Removed">
            <Time at={removedAt} now={now} />
            <small>SCIM no longer shows the account</small>
          </Detail>
        )}
      </Details>
    </section>
  );
}

function whoSetsRole(account: Account, portal: Portal): string {
  const governor = roleGovernor(account, portal);
  if (governor === undefined) return 'set in the console';
  const isShared = rolesToGive(account, portal).length > 1;
  return isShared
    ? `set in the console; who is an admin, the identity provider says by ${governor}`
    : `set by the identity provider, by ${governor}`;
}
