// A secret of a client, shown once, and the question before one is revoked. What is shown stands in the answer to the form that made it
// and nowhere else: loading it again shows the client.
import type { ClientRow, SecretRow } from '../../auth/oauth/client-query.ts';
import type { CreatedSecret } from '../../auth/oauth/client-store.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { clientName, clientPath } from './client-words.tsx';
import { secretName } from './secrets-panel.tsx';

/** 200 with the secret. */
export async function secretOncePage(screen: SignedIn, client: ClientRow, made: CreatedSecret): Promise<Answer> {
  const guide = client.grant === 'authorization_code' ? 'okta' : 'entra';
  const page = (
    <Shell title="Client secret" section="keys" screen={screen} scripts={[COPY_SCRIPT]}>
      <BackLink href={clientPath(client)} name={clientName(client)} />
      <h1>Copy the secret now</h1>
      <Notice kind="soon">
        <strong>It is shown only this once.</strong> It is stored nowhere and cannot be shown again; who loses it makes
        another one.
      </Notice>
      <section class="panel client-once" aria-label="Client id and secret">
        <CopyField id="client-id" label="Client ID" value={client.id} />
        <CopyField id="secret" label="Client secret" value={made.secret} />
        <p>
          Enter both in the identity provider.{' '}
          <a href={`/console/connect/${guide}?key=${client.id}`}>
            Connect {guide === 'okta' ? 'Okta' : 'Entra'}, step by step
          </a>
        </p>
      </section>
      <p>
        <a class="button" href={clientPath(client)}>
          I have copied it
        </a>
      </p>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

/** 200 with the question. */
export async function secretEndPage(screen: SignedIn, client: ClientRow, secret: SecretRow): Promise<Answer> {
  const name = secretName(secret);
  const { createdAt, lastUsedAt } = secret;
  const now = screen.nowMs;
  const page = (
    <Shell title={`Revoke the secret ${name}`} section="keys" screen={screen}>
      <BackLink href={clientPath(client)} name={clientName(client)} />
      <h1>Revoke the secret {name}?</h1>
      <section class="panel key-form">
        <p>
          It was made <Time at={createdAt} now={now} />{' '}
          {lastUsedAt === null ? (
            'and was never used.'
          ) : (
            <>
              and was last used <Time at={lastUsedAt} now={now} />.
            </>
          )}{' '}
          {lossOf(client)}
        </p>
        <ActionForm
          action={`${clientPath(client)}/secrets/${secret.id}`}
          formToken={screen.formToken}
          submit="Revoke this secret"
          look="danger"
        />
      </section>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

function lossOf({ grant }: ClientRow): string {
  return grant === 'client_credentials'
    ? 'Whoever presents it gets no tokens from now on, and those that were got by it end at once: an identity provider that still has it stops provisioning.'
    : 'Whoever presents it gets no tokens from now on: an identity provider that still has it stops provisioning within the hour.';
}
