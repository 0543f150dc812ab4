// The login page of whoever signs in by the identity provider, and the way there. The address is also where the identity provider
// posts to, and where its answer to a sign-out may come back to.
import { network } from '../../auth/failure-limit.ts';
import { limitTries } from '../../auth/sign-in.ts';
import { type Failure, fail } from '../../failure.ts';
import { signInUrl } from '../../sso/authn-request.ts';
import { metadataXml } from '../../sso/metadata.ts';
import { pathWithin } from '../../sso/relay-state.ts';
import { readSso } from '../../sso/settings.ts';
import { readSignInPortal } from '../../sso/sign-in-query.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse, securityHeaders, seeOther } from '../page/answer.ts';
import { Door } from '../page/document.tsx';
import { cameToSignOut } from './sign-out-here.tsx';
import { ssoRefused } from './sso-refusal.tsx';
import { wantedPage } from './wanted-page.ts';

const ROUTE = '/auth/saml2/';

/** GET: the login page. With what an identity provider sends for a sign-out, that. */
export async function showLogin(exchange: Exchange): Promise<Handled> {
  const { env, url } = exchange;
  const { searchParams } = url;
  if (searchParams.has('SAMLResponse') || searchParams.has('SAMLRequest')) {
    return cameToSignOut(exchange, ROUTE);
  }
  const row = await readSignInPortal(env.DB);
  if (!row.ok) return ssoRefused(exchange, ROUTE, row.failure);
  const to = pathWithin(url.origin, searchParams.get('RelayState'));
  const isOn = readSso(row.value.sso)?.state === 'on';
  const page = <LoginScreen hostname={url.hostname} isOn={isOn} to={to} />;
  return { response: await pageResponse(exchange, 200, page), route: ROUTE };
}

/** GET: to the identity provider, with a request that its answer must name. */
export async function startLogin(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const route = '/auth/saml2/login';
  const limited = await limitStarts(exchange);
  if (limited) return ssoRefused(exchange, route, limited);
  const row = await readSignInPortal(env.DB);
  if (!row.ok) return ssoRefused(exchange, route, row.failure);
  const settings = readSso(row.value.sso);
  if (settings?.state !== 'on') {
    return ssoRefused(exchange, route, fail('sso_off', 'Single sign-on is not switched on in this portal.').failure);
  }
  const relayState = pathWithin(url.origin, url.searchParams.get('RelayState')) ?? wantedPage(request, url);
  const begun = await signInUrl(env, sources, { origin: url.origin, settings, purpose: 'sign_in', relayState });
  if (!begun.ok) return ssoRefused(exchange, route, begun.failure);
  return { response: seeOther(exchange, begun.value.url), route };
}

/** GET: the metadata, for who sets an identity provider up. */
export async function showMetadata({ url }: Exchange): Promise<Handled> {
  const headers = { ...securityHeaders(url), 'Content-Type': 'application/samlmetadata+xml; charset=utf-8' };
  return { response: new Response(await metadataXml(url.origin), { headers }), route: '/auth/saml2/metadata' };
}

/** Each start writes a row. A whole company may stand behind one address, so the second is part of what is counted: the limit of a
 * minute holds for each second of it. */
function limitStarts({ env, sources, request, url }: Exchange): Promise<Failure | undefined> {
  const address = network(request.headers.get('cf-connecting-ip') ?? 'unknown');
  const second = Math.floor(sources.nowMs() / 1_000) % 60;
  return limitTries(env, url.hostname, [`sso-start:${second}:${address}`]);
}

interface LoginScreenProps {
  readonly hostname: string;
  readonly isOn: boolean;
  readonly to: string | undefined;
}

function LoginScreen({ hostname, isOn, to }: LoginScreenProps) {
  return (
    <Door title="Sign in">
      <p class="lead">to {hostname}</p>
      {isOn ? (
        <SsoButton to={to} />
      ) : (
        <p class="message note" role="status">
          Single sign-on is not switched on here yet. Please ask an admin of this portal.
        </p>
      )}
      <p class="aside">
        Are you an admin with a password? <a href="/console/sign-in">Sign in to the console</a>
      </p>
    </Door>
  );
}

/** A link and no form: browsers hold redirects behind a form to its policy. */
export function SsoButton({ to }: { readonly to?: string | undefined }) {
  const query = to === undefined ? '' : `?${new URLSearchParams({ RelayState: to })}`;
  return (
    <p class="sso">
      <a class="button" href={`/auth/saml2/login${query}`}>
        Login using Single Sign-On
      </a>
    </p>
  );
}
