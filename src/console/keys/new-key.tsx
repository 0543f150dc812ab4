// Generating a key. The form names the id of the key that it makes, so that sending it twice makes one.

import { newKeyId } from '../../auth/key-format.ts';
import { LABEL_CHARACTERS, readLabel } from '../../auth/key-label.ts';
import { createKey } from '../../auth/key-unused.ts';
import { type Failure, fail, kindOf, type Result } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { ActionForm, TextField } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { ServiceHint } from './accounts.tsx';
import { type Expiry, ExpiryFields, NEVER, readExpiry, sentExpiry } from './expiry-field.tsx';
import { keysOwner } from './keys-owner.ts';

interface Typed {
  readonly label: string;
  readonly expiry: Expiry;
}

/** GET: the form. */
export function showNewKey(screen: SignedIn): Promise<Answer> {
  return newKeyPage(screen, { label: '', expiry: NEVER });
}

/** POST: makes the key, and goes to its page. */
export async function postNewKey(posted: Posted): Promise<Answer> {
  const { form } = posted;
  const made = await generate(posted);
  if (made.ok) return { response: seeOther(posted, `/console/keys/${made.value}?done=made`) };
  return newKeyPage(posted, { label: form.get('label') ?? '', expiry: sentExpiry(form) }, made.failure);
}

async function generate({ form, context, env, session, nowMs, sources }: Posted): Promise<Result<string>> {
  const owner = keysOwner(session);
  // The page may be older than the acting: then the key would be somebody else's than the page said.
  if (form.get('owner') !== String(owner.seq)) {
    const detail = `Nothing was made: this page was opened for another account, and you act for ${owner.userName} now.`;
    return fail('precondition_failed', detail);
  }
  const label = readLabel(form.get('label') ?? '');
  if (!label.ok) return label;
  const expires = readExpiry(sentExpiry(form), nowMs);
  if (!expires.ok) return expires;
  const id = form.get('id') ?? '';
  const keyId = /^[0-9a-hjkmnp-tv-z]{12}$/.test(id) ? id : newKeyId(sources);
  const wanted = { keyId, ownerSeq: owner.seq, label: label.value, expiresAtMs: expires.value };
  return createKey(env, sources, { ...wanted, ...authorOf(context) });
}

async function newKeyPage(screen: SignedIn, { label, expiry }: Typed, failure?: Failure): Promise<Answer> {
  const owner = keysOwner(screen.session);
  const isDate = expiry.choice === 'date';
  const note = failure ? failureNote(failure) : undefined;
  const page = (
    <Shell title="Generate an API key" section="keys" screen={screen} note={note}>
      <BackLink href="/console/keys" name="API keys" />
      <h1>Generate an API key</h1>
      <div class="panel key-form">
        <p>
          It will belong to <strong>{printable(owner.userName, 80)}</strong>
          {owner.isService ? ', the service account that you act for.' : ', your own account.'}
        </p>
        {owner.isService ? null : <ServiceHint />}
        <ActionForm action="/console/keys/new" formToken={screen.formToken} submit="Generate">
          <input type="hidden" name="owner" value={String(owner.seq)} />
          <input type="hidden" name="id" value={newKeyId(screen.sources)} />
          <TextField
            name="label"
            label="Label"
            hint="What the key is for, such as “Okta production”."
            value={label}
            maxlength={LABEL_CHARACTERS}
            required
            isWrong={failure !== undefined && !isDate}
          />
          <ExpiryFields value={expiry} isWrong={failure !== undefined && isDate} />
        </ActionForm>
      </div>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}
