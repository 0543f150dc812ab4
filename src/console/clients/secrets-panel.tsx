// The secrets of a client: several work at a time, so that one can be replaced without an interruption.

import type { SecretRow } from '../../auth/oauth/client-query.ts';
import { MAX_LIVE_SECRETS } from '../../auth/oauth/client-store.ts';
import { randomId } from '../../random-id.ts';
import { ActionForm } from '../page/fields.tsx';
import { Time } from '../page/time-text.tsx';
import { clientPath, clientState, mayChange, type PanelProps } from './client-words.tsx';

/** How a secret is told from another: its last characters. */
export function secretName({ hint }: Pick<SecretRow, 'hint'>): string {
  return `…${hint}`;
}

export function SecretsPanel({ details, screen }: PanelProps) {
  const { client, secrets } = details;
  const live = secrets.filter(({ revokedAt }) => revokedAt === null);
  const mine = mayChange(screen, details);
  const isAlive = clientState(client, screen.nowMs).kind === 'alive';
  return (
    <section class="panel" aria-labelledby="secrets">
      <h2 id="secrets">Secrets</h2>
      <p>
        {live.length === 0
          ? 'It has no secret yet, and gets no tokens without one.'
          : 'To replace one: make another, enter it in the identity provider, then revoke the old one.'}
      </p>
      {live.length === 0 ? null : (
        <ul class="client-secrets">
          {live.map((secret) => (
            <li>
              <Secret secret={secret} screen={screen} details={details} />
            </li>
          ))}
        </ul>
      )}
      {mine && isAlive ? <MakeForm details={details} screen={screen} count={live.length} /> : null}
      {mine ? null : (
        <p class="key-aside">Only the account that it acts for can change them. Any admin can revoke the client.</p>
      )}
      <Revoked count={secrets.length - live.length} />
    </section>
  );
}

function Secret({ secret, screen, details }: PanelProps & { readonly secret: SecretRow }) {
  const { id, createdAt, lastUsedAt } = secret;
  const now = screen.nowMs;
  return (
    <>
      <code>{secretName(secret)}</code>
      <small>
        made <Time at={createdAt} now={now} />,{' '}
        {lastUsedAt === null ? (
          'never used'
        ) : (
          <>
            last used <Time at={lastUsedAt} now={now} />
          </>
        )}
      </small>
      {mayChange(screen, details) ? (
        <a class="button quiet danger" href={`${clientPath(details.client)}/secrets/${id}`}>
          Revoke<span class="unseen"> the secret {secretName(secret)}</span>
        </a>
      ) : null}
    </>
  );
}

function MakeForm({ details: { client }, screen, count }: PanelProps & { readonly count: number }) {
  if (count >= MAX_LIVE_SECRETS) {
    return (
      <p class="key-aside">
        {MAX_LIVE_SECRETS} secrets work, which is the most there can be. Revoke one to make another.
      </p>
    );
  }
  return (
    <ActionForm
      action={`${clientPath(client)}/secrets`}
      formToken={screen.formToken}
      submit={count === 0 ? 'Make a secret' : 'Make another secret'}
      look={count === 0 ? 'primary' : 'quiet'}
    >
      <input type="hidden" name="secret" value={randomId(screen.sources)} />
    </ActionForm>
  );
}

function Revoked({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return <p class="key-aside">{count === 1 ? 'One secret was' : `${count} secrets were`} revoked.</p>;
}
