// Who allowed a client, and the end of it.

import { printable } from '../../printable.ts';
import { confirmation } from '../keys/key-actions.tsx';
import { ConfirmField } from '../page/confirm.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Time } from '../page/time-text.tsx';
import type { GrantRow } from './client-query.ts';
import { clientPath, type PanelProps } from './client-words.tsx';

/** Of a client that an admin allows in the browser. */
export function GrantsPanel({ details: { grants }, screen }: PanelProps) {
  return (
    <section class="panel" aria-labelledby="grants">
      <h2 id="grants">Who allowed it</h2>
      {grants.length === 0 ? (
        <p>
          Nobody yet, or it lapsed. Press <em>Authenticate</em> in Okta, and allow it here.
        </p>
      ) : (
        <ul class="client-grants">
          {grants.map((grant) => (
            <li>
              <Grant grant={grant} now={screen.nowMs} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Grant({
  grant: { allowedAt, until, bySeq, byName },
  now,
}: {
  readonly grant: GrantRow;
  readonly now: number;
}) {
  const who = byName === null ? 'An admin' : printable(byName, 60);
  return (
    <>
      <span>{bySeq === null ? who : <a href={`/console/users/${bySeq}`}>{who}</a>}</span>
      <small>
        allowed it <Time at={allowedAt} now={now} />; access until <Time at={until} now={now} />, or longer if it is
        used before
      </small>
    </>
  );
}

/** The end of a client, at once: any admin may do it. */
export function RevokePanel({ details: { client }, screen, isWrong }: PanelProps & { readonly isWrong: boolean }) {
  return (
    <section class="panel" aria-labelledby="revoke">
      <h2 id="revoke">Revoke</h2>
      <p>
        Ends the client with all its secrets and tokens, for good. From that moment it reads and changes nothing, also
        where a token of it has time left, and provisioning through it stops.
      </p>
      <ActionForm
        action={`${clientPath(client)}/revoke`}
        formToken={screen.formToken}
        submit="Revoke this client"
        look="danger"
      >
        <ConfirmField word={confirmation(client)} isWrong={isWrong} />
      </ActionForm>
    </section>
  );
}
