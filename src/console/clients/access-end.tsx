// The end of one access of a client: the question, and what its form does. Any admin may do it: an access that should not be must not
// wait for whoever allowed it.
import { endAccess } from '../../auth/oauth/access-end.ts';
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { ActionForm } from '../page/fields.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { accessPath, whoAllowed } from './access-panel.tsx';
import { clientPage } from './client-page.tsx';
import { type GrantRow, readDetails } from './client-query.ts';
import { clientName, clientPath } from './client-words.tsx';

/** GET: the question. */
export async function showAccessEnd(screen: SignedIn): Promise<Answer> {
  const details = readDetails(screen.results);
  const grant = details?.grants.find(({ id }) => id === screen.params['access']);
  return details && grant ? questionPage(screen, details.client, grant) : notFound(screen);
}

/** POST: the access ends with all tokens that came of it. */
export async function postAccessEnd(form: Posted): Promise<Answer> {
  const details = readDetails(form.results);
  if (!details) return notFound(form);
  const { client } = details;
  const wanted = { clientId: client.id, grantId: form.params['access'] ?? '', ...authorOf(form.context) };
  const ended = await endAccess(form.env, form.sources, wanted);
  if (!ended.ok) return clientPage(form, details, ended.failure);
  return { response: seeOther(form, `${clientPath(client)}?done=access-ended`) };
}

async function questionPage(screen: SignedIn, client: ClientRow, grant: GrantRow): Promise<Answer> {
  const now = screen.nowMs;
  const name = clientName(client);
  const page = (
    <Shell title="End this access" section="keys" screen={screen}>
      <BackLink href={clientPath(client)} name={name} />
      <h1>End this access?</h1>
      <section class="panel key-form">
        <p>
          {whoAllowed(grant)} allowed {name} <Time at={grant.allowedAt} now={now} />. It got its last token{' '}
          <Time at={grant.usedAt} now={now} />.
        </p>
        <p>
          All tokens of this access end at once: an identity provider that uses it stops provisioning until an admin
          presses <em>Authenticate</em> there and allows it again. The client, its secrets and what others allowed stay.
        </p>
        <ActionForm
          action={accessPath(client, grant)}
          formToken={screen.formToken}
          submit="End this access"
          look="danger"
        />
      </section>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}
