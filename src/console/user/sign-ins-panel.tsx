// Who is signed in with the account, and the sign-ins of the last 30 days.
import { Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { browserWords } from './browser-words.ts';
import type { PanelProps } from './overview.tsx';

const METHODS = { password: 'Password', saml: 'Single sign-on' } as const;

export function SignInsPanel({ screen, details }: PanelProps) {
  const { account, signIns, sessions } = details;
  const now = screen.nowMs;
  if (account.loginType === 'service') return null;
  return (
    <section class={sessions.length + signIns.length === 0 ? 'panel' : undefined} aria-labelledby="sign-ins">
      <h2 id="sign-ins">Sign-ins</h2>
      <p class="nothing">
        {account.lastLoginAt === null ? (
          'No sign-in since the account was made or activated.'
        ) : (
          <>
            Last signed in <Time at={account.lastLoginAt} now={now} />. Each sign-in is listed for 30 days.
          </>
        )}
      </p>
      {sessions.length === 0 ? null : (
        <Table
          caption="Open sessions"
          rows={sessions}
          columns={[
            {
              name: 'Open session',
              show: ({ userAgent, isThis }) => browserWords(userAgent) + (isThis ? ' (this one)' : ''),
            },
            { name: 'Since', show: ({ createdAt }) => <Time at={createdAt} now={now} /> },
            { name: 'Last seen', show: ({ lastSeenAt }) => <Time at={lastSeenAt} now={now} /> },
          ]}
        />
      )}
      {signIns.length === 0 ? null : (
        <Table
          caption="Sign-ins, newest first"
          rows={signIns}
          columns={[
            { name: 'Signed in', show: ({ at }) => <Time at={at} now={now} /> },
            { name: 'How', show: ({ method }) => METHODS[method] },
            { name: 'With', show: ({ userAgent }) => browserWords(userAgent) },
          ]}
        />
      )}
    </section>
  );
}
