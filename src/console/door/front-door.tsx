// The portal's hostname by itself: a way in, or onwards to where the person belongs. Where no product has an address yet, this is
// where people land who are no admins.
import { readPerson } from '../../auth/session-person.ts';
import { printable } from '../../printable.ts';
import { homeOf } from '../../sso/relay-state.ts';
import { firstOf, type SignInPortal, selectSignInPortal } from '../../sso/sign-in-query.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { readCookie } from '../page/cookies.ts';
import { Door } from '../page/document.tsx';
import { broken } from '../page/refusal.tsx';

const ROUTE = '/';

/** GET: one D1 call for who brings a session, none for anybody else. */
export async function showFrontDoor(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const token = readCookie(request, url, 'portcullis');
  if (token === undefined) return { response: seeOther(exchange, '/auth/saml2/'), route: ROUTE };
  const read = await readPerson(env.DB, token, Math.trunc(sources.nowMs()), [selectSignInPortal(env.DB)]);
  if (!read.ok) return broken(exchange, ROUTE, read.failure);
  const { person, results } = read.value;
  if (person === null) return { response: seeOther(exchange, '/auth/saml2/'), route: ROUTE };
  const home = homeOf(person.user.role === 'admin', firstOf<SignInPortal>(results[0])?.appUrl ?? ROUTE);
  if (new URL(home, url).href !== new URL(ROUTE, url).href) return { response: seeOther(exchange, home), route: ROUTE };
  const page = (
    <Door title="You are signed in">
      <p>
        As {printable(person.user.userName)}. The product of this portal has no address yet, so nothing opens by itself.
      </p>
      <p>Whoever runs the portal sets it by this command, and from then on people land there:</p>
      <p>
        <code>npm run portal -- app-url URL</code>
      </p>
      <p class="aside">
        <a href="/auth/sign-out">Sign out</a>
      </p>
    </Door>
  );
  return { response: await pageResponse(exchange, 200, page), route: ROUTE };
}
