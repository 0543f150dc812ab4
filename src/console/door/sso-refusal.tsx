// Pages for whoever could not be signed in by the identity provider: what happened, what to do, whom to ask. An admin finds the same
// refusal in the log by the id of the request.
import { type Failure, type FailureCode, kindOf } from '../../failure.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { Door } from '../page/document.tsx';

interface Words {
  readonly happened: string;
  readonly todo: string;
}

const NOT_LET_IN = 'Ask an admin of this portal, and give them the id below.';
const ANEW = 'Sign in again. If that does not help, ask an admin of this portal and give them the id below.';

const WORDS: Readonly<Partial<Record<FailureCode, Words>>> = {
  sso_off: {
    happened: 'Single sign-on is not switched on in this portal.',
    todo: 'Ask an admin of this portal. Admins with a password can sign in to the console.',
  },
  saml_response_refused: {
    happened: 'What your identity provider sent could not be accepted, so nobody was signed in.',
    todo: ANEW,
  },
  saml_replayed: {
    happened:
      'This sign-in was used already, and each one counts once. Going back or loading the page again does that.',
    todo: 'Sign in again.',
  },
  sso_user_unknown: {
    happened: 'Your identity provider knows you, and this portal has no account for you yet.',
    todo: NOT_LET_IN,
  },
  sso_user_inactive: { happened: 'Your account in this portal is deactivated.', todo: NOT_LET_IN },
  sso_user_removed: { happened: 'Your account in this portal was deleted.', todo: NOT_LET_IN },
  sso_not_saml: {
    happened: 'The account of that name does not sign in by the identity provider.',
    todo: 'Sign in to the console with its password, or ask an admin of this portal and give them the id below.',
  },
  jit_incomplete: {
    happened: 'Your account would be made now, but your identity provider did not say enough about you.',
    todo: NOT_LET_IN,
  },
  jit_domain: {
    happened: 'Your account would be made now, but your e-mail address is of none of the domains of this portal.',
    todo: NOT_LET_IN,
  },
  too_many_failures: {
    happened: 'There were too many tries from your network within a minute.',
    todo: 'Wait a minute, then sign in again.',
  },
  unsupported_media_type: { happened: 'What came was no sign-in.', todo: ANEW },
  body_too_large: { happened: 'What your identity provider sent is too large.', todo: NOT_LET_IN },
  storage_unavailable: {
    happened: 'The database did not answer in time.',
    todo: 'Wait a few seconds, then sign in again.',
  },
  too_much_contention: { happened: 'Your account was changed at the same moment.', todo: 'Sign in again.' },
};

const BROKEN: Words = { happened: 'Something went wrong inside the portal.', todo: ANEW };

/** What the same person would be told again, whom the identity provider signs in again without asking. */
const STAYS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'sso_user_unknown',
  'sso_user_inactive',
  'sso_user_removed',
  'sso_not_saml',
  'jit_incomplete',
  'jit_domain',
]);

/** The page of a refused sign-in. `signOutUrl` is that of the identity provider which vouched for the person. */
export async function ssoRefused(
  exchange: Exchange,
  route: string,
  failure: Failure,
  signOutUrl: string | null = null,
): Promise<Handled> {
  const { happened, todo } = WORDS[failure.code] ?? BROKEN;
  const retry = failure.retryAfterSeconds;
  const headers = retry === undefined ? [] : [['Retry-After', String(retry)] as const];
  const page = (
    <Door title="You could not be signed in">
      <p>{happened}</p>
      <p>{todo}</p>
      {signOutUrl !== null && STAYS.has(failure.code) ? <AsSomebodyElse {...{ exchange, signOutUrl }} /> : <Back />}
      <p class="aside">
        Id of this request: <code>{exchange.requestId}</code>
      </p>
    </Door>
  );
  return { response: await pageResponse(exchange, kindOf(failure.code).status, page, headers), route, failure };
}

function Back() {
  return (
    <p>
      <a class="button" href="/auth/saml2/">
        Back to the sign-in page
      </a>
    </p>
  );
}

function AsSomebodyElse({ exchange, signOutUrl }: { readonly exchange: Exchange; readonly signOutUrl: string }) {
  return (
    <>
      <p>
        <a class="button" href={signOutUrl}>
          Sign in as somebody else
        </a>
      </p>
      <p class="aside">
        Your identity provider signs you out first. Then come back to <a href="/auth/saml2/">{exchange.url.host}</a>.
      </p>
    </>
  );
}
