// What the forms of a client's page do. All but the revocation of the client, which every admin may do, ask first whether the client is
// the admin's own or a service account's; the functions that write ask for the rest in their own batch.
import { revokeKey } from '../../auth/key-store.ts';
import type { SecretRow } from '../../auth/oauth/client-query.ts';
import { addSecret, revokeSecret } from '../../auth/oauth/client-store.ts';
import { type Failure, fail } from '../../failure.ts';
import { randomId } from '../../random-id.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { confirmation } from '../keys/key-actions.tsx';
import { seeOther } from '../page/answer.ts';
import { unconfirmed } from '../page/confirm.tsx';
import { notFound } from '../page/refusal.tsx';
import { clientPage } from './client-page.tsx';
import { type ClientDetails, readDetails } from './client-query.ts';
import { clientPath, mayChange } from './client-words.tsx';
import { secretEndPage, secretOncePage } from './secret-pages.tsx';

type Act = (form: Posted, details: ClientDetails) => Promise<Answer | Failure>;

/** The client's own page where it went wrong. */
function onClient(act: Act): (form: Posted) => Promise<Answer> {
  return async (form) => {
    const details = readDetails(form.results);
    if (!details) return notFound(form);
    const outcome = await act(form, details);
    return 'response' in outcome ? outcome : clientPage(form, details, outcome);
  };
}

/** Nothing for a client of another person. */
function onOwnClient(act: Act): (form: Posted) => Promise<Answer> {
  return onClient(async (form, details) => {
    if (mayChange(form, details)) return act(form, details);
    return fail(
      'resource_not_found',
      'Nothing was changed: this client acts for somebody else, who alone can change its secrets. You can revoke it.',
    ).failure;
  });
}

/** POST: the client gets another secret, which is shown. */
export const postSecret = onOwnClient(async (form, { client }) => {
  const { env, sources, context } = form;
  const sent = form.form.get('secret') ?? '';
  const secretId = /^[0-9a-f]{32}$/.test(sent) ? sent : randomId(sources);
  const by = { ...authorOf(context), ownerSeq: client.ownerSeq };
  const made = await addSecret(env, sources, { clientId: client.id, secretId, ...by });
  return made.ok ? secretOncePage(form, client, made.value) : made.failure;
});

/** GET: the question before a secret is revoked. */
export async function showSecretEnd(screen: SignedIn): Promise<Answer> {
  const details = readDetails(screen.results);
  const secret = details && secretOf(screen, details);
  if (!details || !secret || secret.revokedAt !== null || !mayChange(screen, details)) return notFound(screen);
  return secretEndPage(screen, details.client, secret);
}

/** POST: the secret is revoked. */
export const postSecretEnd = onOwnClient(async (form, details) => {
  const { client } = details;
  const secret = secretOf(form, details);
  if (!secret) return fail('resource_not_found', 'Nothing was changed: the client has no such secret.').failure;
  const by = { ...authorOf(form.context), ownerSeq: client.ownerSeq };
  const revoked = await revokeSecret(form.env, form.sources, { clientId: client.id, secretId: secret.id, ...by });
  if (!revoked.ok) return revoked.failure;
  return { response: seeOther(form, `${clientPath(client)}?done=secret-revoked`) };
});

function secretOf({ params }: SignedIn, { secrets }: ClientDetails): SecretRow | undefined {
  return secrets.find(({ id }) => id === params['secret']);
}

/** POST: ends the client at once, whoever it acts for: one whose secret leaked must not wait for its owner. */
export const postClientEnd = onClient(async (form, { client }) => {
  const wrong = unconfirmed(form.form, confirmation(client));
  if (wrong) return wrong;
  const revoked = await revokeKey(form.env, form.sources, { keyId: client.id, ...authorOf(form.context) });
  return revoked.ok ? { response: seeOther(form, '/console/clients?done=revoked') } : revoked.failure;
});
