// Making a client of OAuth. The form names the id of the client that it makes, so that sending it twice makes one.
import { newKeyId } from '../../auth/key-format.ts';
import { createClient } from '../../auth/oauth/client-store.ts';
import { type Failure, kindOf, type Result } from '../../failure.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { ActionForm } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { Tabs } from '../page/tabs.tsx';
import { type Owner, selectOwners } from './client-query.ts';
import { clientPath, GRANTS } from './client-words.tsx';
import { About, CommonFields, GrantFields } from './new-client-fields.tsx';
import { type ClientFields, readFields, readNewClient } from './new-client-form.ts';

const PATH = '/console/clients/new';

/** What the form reads, behind the session, in the same call: the accounts to act for. */
export function selectForNewClient({ env }: Addressed): readonly D1PreparedStatement[] {
  return [selectOwners(env.DB)];
}

/** GET: the form, of the kind that the address names. */
export function showNewClient(screen: SignedIn): Promise<Answer> {
  return formPage(screen, readFields(screen.url.searchParams));
}

/** POST: makes the client, and goes to its page. */
export async function postNewClient(form: Posted): Promise<Answer> {
  const fields = readFields(form.form);
  const made = await make(form, fields);
  if (!made.ok) return formPage(form, fields, made.failure);
  return { response: seeOther(form, `${clientPath({ id: made.value })}?done=made`) };
}

async function make(form: Posted, fields: ClientFields): Promise<Result<string>> {
  const { env, sources, session, context } = form;
  const seqs = [session.userSeq, ...ownersOf(form).map(({ seq }) => seq)];
  const wanted = readNewClient(sources, fields, seqs);
  return wanted.ok ? createClient(env, sources, { ...wanted.value, ...authorOf(context) }) : wanted;
}

function ownersOf({ results }: SignedIn): readonly Owner[] {
  return (results[0]?.results ?? []) as unknown as Owner[];
}

async function formPage(screen: SignedIn, fields: ClientFields, failure?: Failure): Promise<Answer> {
  const tabs = Object.entries(GRANTS).map(([grant, { word, name }]) => ({
    path: `${PATH}?for=${word}`,
    name,
    isHere: grant === fields.grant,
  }));
  const page = (
    <Shell title="Make an OAuth client" section="keys" screen={screen} note={failure && failureNote(failure)}>
      <BackLink href="/console/clients" name="OAuth clients" />
      <h1>Make an OAuth client</h1>
      <p class="lead">How will it get its tokens?</p>
      <Tabs label="How the client gets its tokens" tabs={tabs} />
      <section class="panel key-form">
        <About fields={fields} />
        <ActionForm action={PATH} formToken={screen.formToken} submit="Make the client">
          <input type="hidden" name="for" value={GRANTS[fields.grant].word} />
          <input type="hidden" name="id" value={newKeyId(screen.sources)} />
          <CommonFields screen={screen} fields={fields} owners={ownersOf(screen)} />
          <GrantFields fields={fields} />
        </ActionForm>
      </section>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}
