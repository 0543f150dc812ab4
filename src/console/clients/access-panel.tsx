// What admins allowed a client in the browser: who, when, and whether it is used. Each can be ended by itself.
import { printable } from '../../printable.ts';
import { Time } from '../page/time-text.tsx';
import type { GrantRow } from './client-query.ts';
import { clientPath, type PanelProps } from './client-words.tsx';

/** Of a client that an admin allows in the browser. */
export function AccessPanel({ details: { client, grants }, screen }: PanelProps) {
  return (
    <section class="panel" aria-labelledby="grants">
      <h2 id="grants">Who allowed it</h2>
      {grants.length === 0 ? (
        <p>
          Nobody yet, or it has ended. Press <em>Authenticate</em> in Okta, and allow it here.
        </p>
      ) : (
        <ul class="client-grants">
          {grants.map((grant) => (
            <li>
              <Access grant={grant} now={screen.nowMs} />
              <a class="button quiet danger" href={accessPath(client, grant)}>
                End this access<span class="unseen"> of {whoAllowed(grant)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Where one access is ended. */
export function accessPath(client: { readonly id: string }, { id }: Pick<GrantRow, 'id'>): string {
  return `${clientPath(client)}/access/${id}`;
}

/** The admin who allowed it. */
export function whoAllowed({ byName }: Pick<GrantRow, 'byName'>): string {
  return byName === null ? 'An admin who is gone' : printable(byName, 60);
}

interface AccessProps {
  readonly grant: GrantRow;
  readonly now: number;
}

function Access({ grant, now }: AccessProps) {
  const { allowedAt, usedAt, until, bySeq } = grant;
  const who = whoAllowed(grant);
  return (
    <p>
      <span>{bySeq === null ? who : <a href={`/console/users/${bySeq}`}>{who}</a>}</span>
      <small>
        allowed it <Time at={allowedAt} now={now} />; last token <Time at={usedAt} now={now} />; unused, it ends{' '}
        <Time at={until} now={now} />
      </small>
    </p>
  );
}
