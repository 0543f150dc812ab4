// The link by which a new admin sets a password: shown once, since only its hash is stored.
import { printable } from '../../printable.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { Shell } from '../page/shell.tsx';

interface Linked {
  readonly seq: number;
  readonly userName: string;
  /** What the link carries behind its #, which browsers send to nobody. */
  readonly code: string;
}

/** The page with the link. */
export async function showLinkOnce(screen: SignedIn, { seq, userName, code }: Linked): Promise<Answer> {
  const name = printable(userName, 120);
  const page = (
    <Shell
      title="One-time link"
      section="users"
      screen={screen}
      scripts={[COPY_SCRIPT]}
      note={{ kind: 'good', children: `${name} was added as an admin.` }}
    >
      <h1>A link to set the password</h1>
      <section class="panel new-user">
        <p>
          Give this link to {name}. It works once and for one hour, and it is shown only here: a new one is made on the
          page of the user.
        </p>
        <CopyField id="link" label="One-time link" value={`${screen.url.origin}/console/welcome#${code}`} />
      </section>
      <p class="actions">
        <a class="button" href={`/console/users/${seq}`}>
          Open the user
        </a>
        <a href="/console/users">All users</a>
      </p>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}
