// A test begins: a request to the identity provider, and a page that leads there. It is a page and no redirect, since browsers hold the
// answer to a form to this origin.
import { fail } from '../../failure.ts';
import { signInUrl } from '../../sso/authn-request.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { Shell } from '../page/shell.tsx';
import { again, HERE } from './changes.tsx';
import { readProvider } from './provider-query.ts';

/** POST: makes the request, and leads to the identity provider. */
export async function postTest(form: Posted): Promise<Answer> {
  const { settings } = readProvider(form, form.results);
  if (!settings || settings.certificates.length === 0) {
    return again(form, fail('invalid_value', 'There is nothing to test yet: save the settings first.').failure, {});
  }
  const { env, sources, session, url } = form;
  const wanted = { origin: url.origin, settings, purpose: 'test', userSeq: session.userSeq } as const;
  const made = await signInUrl(env, sources, wanted);
  if (!made.ok) return again(form, made.failure, {});
  const { url: to, id } = made.value;
  const page = (
    <Shell title="To the identity provider" section="settings" screen={form}>
      <BackLink href={HERE} name="Authentication Providers" />
      <h1>To the identity provider</h1>
      <section class="panel setting">
        <p>
          Sign in at <strong>{new URL(to).host}</strong> as somebody who is assigned to the application. You come back
          to what arrived here; nobody is signed in by it, and you stay signed in as you are.
        </p>
        <p>
          <a class="button" href={to}>
            Continue
          </a>
        </p>
        <p class="hint">
          If the identity provider shows an error instead, <a href={`${HERE}/test/${id}`}>see what it may mean</a>.
        </p>
      </section>
    </Shell>
  );
  return { response: await pageResponse(form, 200, page, [['Refresh', `1; url=${to}`]]) };
}
