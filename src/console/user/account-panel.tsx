// The account itself: its names, how it signs in, what it may, and when that changed.
import type { Child } from 'hono/jsx';
import { isSteeredByScim } from '../../directory/account-rights.ts';
import { printable } from '../../printable.ts';
import { Time } from '../page/time-text.tsx';
import { roleName } from '../users/user-words.ts';
import type { PanelProps } from './overview.tsx';

const LOGIN_WORDS = {
  saml: 'By the identity provider (SAML), which manages the account',
  password: 'With a password; the portal’s admins manage the account',
  service: 'Nobody: a service account has no login and only owns API keys',
} as const;

export function AccountPanel({ screen, details }: PanelProps) {
  const { account, team, passwordSetAt } = details;
  const { loginType, role, externalId, createdAt, updatedAt, deactivatedAt, removedAt } = account;
  const now = screen.nowMs;
  const by = isSteeredByScim(account, screen.portal) ? 'set by the identity provider' : 'set in the console';
  return (
    <section class="panel" aria-labelledby="account">
      <h2 id="account">Account</h2>
      <dl class="details">
        <Line name="User name">{printable(account.userName, 600)}</Line>
        <Line name="Id">
          <code>{printable(account.id, 600)}</code>
        </Line>
        <Line name="External id">{externalId === null ? null : <code>{printable(externalId, 600)}</code>}</Line>
        <Line name="Signs in">{LOGIN_WORDS[loginType]}</Line>
        {loginType === 'password' ? (
          <Line name="Password">
            {passwordSetAt === null ? (
              'Not set yet'
            ) : (
              <>
                Set <Time at={passwordSetAt} now={now} />
              </>
            )}
          </Line>
        ) : null}
        <Line name="Role">
          {printable(roleName(role), 80)}
          <small>{by}</small>
        </Line>
        <Line name="Team">{team === null ? null : printable(team, 200)}</Line>
        <Line name="Created">
          <Time at={createdAt} now={now} />
        </Line>
        <Line name="Last changed">
          <Time at={updatedAt} now={now} />
        </Line>
        {deactivatedAt === null ? null : (
          <Line name="Deactivated">
            <Time at={deactivatedAt} now={now} />
          </Line>
        )}
        {removedAt === null ? null : (
          <Line name="Removed">
            <Time at={removedAt} now={now} />
            <small>SCIM no longer shows the account</small>
          </Line>
        )}
      </dl>
    </section>
  );
}

/** A name and a value; nothing where there is none. */
function Line({ name, children }: { readonly name: string; readonly children?: Child }) {
  if (children === null || children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
