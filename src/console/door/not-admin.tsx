// The console to somebody who is signed in and no admin: nothing of it, and the way to where they belong.
import { readPerson } from '../../auth/session-person.ts';
import { fail } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { firstOf, type SignInPortal, selectSignInPortal } from '../../sso/sign-in-query.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { Door } from '../page/document.tsx';
import { broken } from '../page/refusal.tsx';

/** 403, for the session of that token. */
export async function refuseNonAdmin(exchange: Exchange, route: string, token: string): Promise<Handled> {
  const { env, sources } = exchange;
  const read = await readPerson(env.DB, token, Math.trunc(sources.nowMs()), [selectSignInPortal(env.DB)]);
  if (!read.ok) return broken(exchange, route, read.failure);
  const { person, results } = read.value;
  const appUrl = firstOf<SignInPortal>(results[0])?.appUrl ?? '/';
  const { failure } = fail('not_admin', 'The console is for admins, and the person who is signed in is none.');
  const page = (
    <Door title="You are signed in, but not an admin">
      <p>
        This console is for the admins of the portal.
        {person ? ` You are signed in as ${printable(person.user.userName)}.` : null} If you should be an admin, ask
        one.
      </p>
      <p>
        <a class="button" href={appUrl}>
          Go to the app
        </a>
      </p>
      <p class="aside">
        <a href="/auth/sign-out">Sign out</a>
      </p>
    </Door>
  );
  return { response: await pageResponse(exchange, 403, page), route, failure };
}
