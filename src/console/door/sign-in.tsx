// The sign-in page. A way to sign in is one block of it: that of the identity provider, where it is switched on, stands before the
// password's.

import { newToken } from '../../auth/secret-token.ts';
import { signIn } from '../../auth/sign-in.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { readSso } from '../../sso/settings.ts';
import { readSignInPortal } from '../../sso/sign-in-query.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { readCookie, setCookie } from '../page/cookies.ts';
import { Door } from '../page/document.tsx';
import { TokenField } from '../page/fields.tsx';
import { formTokenOf, readForm } from '../page/form.ts';
import { refusedForm } from '../page/refusal.tsx';
import { SsoButton } from './sso-login.tsx';
import { wantedPage } from './wanted-page.ts';
import { welcomeIn } from './welcome-in.ts';

const ROUTE = '/console/sign-in';

/** Why somebody is here who was somewhere else, as the query says it. */
const REASONS: Readonly<Record<string, string>> = {
  ended: 'Your session has ended. Please sign in again.',
  authorize:
    'The request to allow a client is too long to be kept while you sign in: begin again in Okta once you are signed in.',
  out: 'You are signed out.',
  everywhere: 'You are signed out, here and in every other browser.',
  rights: 'You have given your admin rights away, so your session has ended.',
};

interface SignInPage {
  readonly hostname: string;
  readonly formToken: string;
  readonly hasSso: boolean;
  readonly userName?: string;
  readonly note?: string | undefined;
  readonly failure?: Failure;
}

/** GET: the page, with a cookie that its form is bound to. */
export async function showSignIn(exchange: Exchange): Promise<Handled> {
  const secret = readCookie(exchange.request, exchange.url, 'portcullis-form') ?? newToken(exchange.sources);
  const note = REASONS[exchange.url.searchParams.get('why') ?? ''];
  const cookie = ['Set-Cookie', setCookie(exchange.url, 'portcullis-form', secret)] as const;
  const [hostname, formToken, hasSso] = [exchange.url.hostname, formTokenOf(secret), await isSsoOn(exchange)];
  const page = <SignInScreen hostname={hostname} formToken={formToken} hasSso={hasSso} note={note} />;
  return { response: await pageResponse(exchange, 200, page, [cookie]), route: ROUTE };
}

/** POST: signs in, or says in one sentence for all reasons that it cannot. */
export async function postSignIn(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const secret = readCookie(request, url, 'portcullis-form');
  const form = await readForm(exchange, secret);
  if (!form.ok || secret === undefined) return refusedForm(exchange, ROUTE, form);
  const userName = form.value.get('username') ?? '';
  const outcome = await signIn(env, sources, {
    userName,
    password: form.value.get('password') ?? '',
    userAgent: request.headers.get('user-agent') ?? '',
    hostname: url.hostname,
    clientAddress: request.headers.get('cf-connecting-ip') ?? 'unknown',
  });
  if (outcome.ok) return { response: welcomeIn(url, outcome.value, wantedPage(request, url)), route: ROUTE };
  const { failure } = outcome;
  const retry = failure.retryAfterSeconds;
  const headers = retry === undefined ? [] : [['Retry-After', String(retry)] as const];
  const hasSso = await isSsoOn(exchange);
  const again = { hostname: url.hostname, formToken: formTokenOf(secret), hasSso, userName, failure };
  const page = <SignInScreen {...again} />;
  return { response: await pageResponse(exchange, kindOf(failure.code).status, page, headers), route: ROUTE, failure };
}

/** Where the database cannot say whether it is on, the page is there all the same. */
async function isSsoOn({ env }: Exchange): Promise<boolean> {
  const row = await readSignInPortal(env.DB);
  return row.ok && readSso(row.value.sso)?.state === 'on';
}

function SignInScreen({ hostname, formToken, hasSso, userName, note, failure }: SignInPage) {
  return (
    <Door title="Sign in">
      <p class="lead">The console of {hostname}, for its admins.</p>
      {note ? (
        <p class="message note" role="status">
          {note}
        </p>
      ) : null}
      {failure ? (
        <p class="message act" role="alert" id="wrong">
          {failure.detail}
        </p>
      ) : null}
      {hasSso ? (
        <>
          <SsoButton />
          <p class="or">or with a password</p>
        </>
      ) : null}
      <PasswordForm
        hasFocus={!hasSso}
        formToken={formToken}
        userName={userName ?? ''}
        isWrong={failure !== undefined}
      />
    </Door>
  );
}

interface PasswordFormProps {
  readonly hasFocus: boolean;
  readonly formToken: string;
  readonly userName: string;
  readonly isWrong: boolean;
}

function PasswordForm({ hasFocus, formToken, userName, isWrong }: PasswordFormProps) {
  const described = isWrong ? 'wrong' : undefined;
  return (
    <form method="post" action="/console/sign-in">
      <TokenField token={formToken} />
      <label>
        User name
        <input
          type="text"
          name="username"
          value={userName}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          autofocus={hasFocus && !isWrong}
          aria-describedby={described}
        />
      </label>
      <label>
        Password
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          autofocus={isWrong}
          aria-describedby={described}
        />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
