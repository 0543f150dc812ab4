// Where a one-time link leads: choose a password. The code of the link stands behind its #, so that it reaches no log, no
// referrer and no scanner that follows links; what comes here by GET is always the same empty form. Only the POST uses it.
import type { PropsWithChildren } from 'hono/jsx';
import { network } from '../../auth/failure-limit.ts';
import { readPasswordLink, setPasswordByLink } from '../../auth/one-time-link.ts';
import { newToken } from '../../auth/secret-token.ts';
import { beginSession } from '../../auth/session-begin.ts';
import { limitTries, PASSWORD_CHARACTERS } from '../../auth/sign-in.ts';
import { type Failure, fail, kindOf, ok, type Result } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { ASSETS } from '../page/assets.ts';
import { readCookie, setCookie } from '../page/cookies.ts';
import { Door } from '../page/document.tsx';
import { TokenField } from '../page/fields.tsx';
import { formTokenOf, readForm } from '../page/form.ts';
import { refusedForm } from '../page/refusal.tsx';
import { welcomeIn } from './welcome-in.ts';

const ROUTE = '/console/welcome';
const ANOTHER_LINK = 'npm run portal -- admin you@acme.example';

/** GET: the empty form. It is the same for every link, and none of them is used by it. */
export async function showWelcome(exchange: Exchange): Promise<Handled> {
  const secret = readCookie(exchange.request, exchange.url, 'portcullis-form') ?? newToken(exchange.sources);
  const cookie = ['Set-Cookie', setCookie(exchange.url, 'portcullis-form', secret)] as const;
  const page = <WelcomeScreen formToken={formTokenOf(secret)} />;
  return { response: await pageResponse(exchange, 200, page, [cookie]), route: ROUTE };
}

/** POST: sets the password and signs in. What is wrong with the passwords does not use up the link. */
export async function postWelcome(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url, requestId } = exchange;
  const secret = readCookie(request, url, 'portcullis-form');
  const form = await readForm(exchange, secret);
  if (!form.ok || secret === undefined) return refusedForm(exchange, ROUTE, form);
  const [code, password, repeated] = ['code', 'password', 'repeated'].map((name) => form.value.get(name) ?? '');
  const typed = { token: (code ?? '').trim(), password: password ?? '', repeated: repeated ?? '' };
  const checked = await checkTyped(exchange, typed);
  const again = (failure: Failure, userName?: string) =>
    formAgain(exchange, { formToken: formTokenOf(secret), failure, userName, code: typed.token });
  if (!checked.ok) return again(checked.failure);
  const { userName, wrong } = checked.value;
  if (wrong) return again(wrong, userName);
  const set = await setPasswordByLink(env, sources, { ...typed, requestId });
  if (!set.ok) return again(set.failure);
  const { seq: userSeq, passwordSetAt } = set.value;
  const userAgent = request.headers.get('user-agent') ?? '';
  const begun = await beginSession(env, sources, { userSeq, passwordSetAt, userAgent });
  // The password is set all the same: who has it can sign in.
  const token = begun.ok ? begun.value : null;
  return { response: token === null ? seeOther(exchange, '/console/sign-in') : welcomeIn(url, token), route: ROUTE };
}

/** Whose link it is, and what is wrong with the passwords; fails where the link does not work or too many were tried. */
async function checkTyped(
  { env, sources, request, url }: Exchange,
  { token, password, repeated }: { readonly token: string; readonly password: string; readonly repeated: string },
): Promise<Result<{ readonly userName: string; readonly wrong: Failure | undefined }>> {
  const address = network(request.headers.get('cf-connecting-ip') ?? 'unknown');
  const limited = await limitTries(env, url.hostname, [`address:${address}`]);
  if (limited) return { ok: false, failure: limited };
  const user = await readPasswordLink(env.DB, token, Math.trunc(sources.nowMs()));
  if (!user.ok) return user;
  if (!user.value) return fail('not_found', 'This link has been used already, its hour is over, or it is not whole.');
  return ok({ userName: user.value.userName, wrong: whatIsWrong(password, repeated) });
}

function whatIsWrong(password: string, repeated: string): Failure | undefined {
  const { least, most } = PASSWORD_CHARACTERS;
  const length = [...password].length;
  if (length < least) return sentence(`The password has ${length} characters; it takes at least ${least}.`);
  if (password.length > most) return sentence(`The password is longer than ${most} characters.`);
  return password === repeated ? undefined : sentence('The two passwords are not the same.');
}

function sentence(detail: string): Failure {
  return { code: 'invalid_value', detail };
}

interface WelcomePage {
  readonly formToken: string;
  readonly code?: string;
  readonly userName?: string | undefined;
  readonly failure?: Failure;
}

async function formAgain(exchange: Exchange, page: WelcomePage & { readonly failure: Failure }): Promise<Handled> {
  const { failure } = page;
  const screen = failure.code === 'not_found' ? <DeadLink /> : <WelcomeScreen {...page} />;
  const retry = failure.retryAfterSeconds;
  const headers = retry === undefined ? [] : [['Retry-After', String(retry)] as const];
  return {
    response: await pageResponse(exchange, kindOf(failure.code).status, screen, headers),
    route: ROUTE,
    failure,
  };
}

function DeadLink() {
  return (
    <Door title="This link does not work">
      <p>It has been used already, its hour is over, or a newer one was made. Nothing was changed.</p>
      <p>
        Another admin can make a new one: in the console, on the page of your account. So can whoever runs this portal,
        with this command:
      </p>
      <p>
        <code>{ANOTHER_LINK}</code>
      </p>
      <p>
        <a href="/console/sign-in">Go to the sign-in page</a>
      </p>
    </Door>
  );
}

function WelcomeScreen({ formToken, code, userName, failure }: WelcomePage) {
  return (
    <Door title="Choose your password" scripts={[ASSETS.fillCode.path]}>
      <p class="lead">Then you are signed in, and the link that brought you here is used up.</p>
      {failure ? (
        <p class="message act" role="alert" id="wrong">
          {failure.detail}
        </p>
      ) : null}
      <form method="post" action="/console/welcome">
        <TokenField token={formToken} />
        <CodeField code={code} userName={userName} />
        <NewPassword name="password" label="New password" isWrong={failure !== undefined}>
          At least {PASSWORD_CHARACTERS.least} characters. A few words in a row make a good one.
        </NewPassword>
        <NewPassword name="repeated" label="The same again" isWrong={failure !== undefined} />
        <button type="submit">Set the password and sign in</button>
      </form>
    </Door>
  );
}

/** Once the link has shown whose it is, the name stands in place of the code. Without the script the code is typed. */
function CodeField({ code, userName }: { readonly code: string | undefined; readonly userName: string | undefined }) {
  if (userName !== undefined) {
    return (
      <>
        <input type="hidden" name="code" value={code} />
        <label>
          User name
          <input type="text" value={printable(userName)} autocomplete="username" readonly />
        </label>
      </>
    );
  }
  return (
    <div class="field" data-code>
      <label for="code">Code of the link</label>
      <small id="code-hint">What stands behind the # of the link.</small>
      <input
        id="code"
        type="text"
        name="code"
        value={code}
        autocomplete="off"
        spellcheck={false}
        required
        aria-describedby="code-hint"
      />
    </div>
  );
}

type NewPasswordProps = PropsWithChildren<{
  readonly name: string;
  readonly label: string;
  readonly isWrong: boolean;
}>;

function NewPassword({ name, label, isWrong, children: hint }: NewPasswordProps) {
  const described = [...(isWrong ? ['wrong'] : []), ...(hint ? [`${name}-hint`] : [])].join(' ');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint ? <small id={`${name}-hint`}>{hint}</small> : null}
      <input
        id={name}
        type="password"
        name={name}
        autocomplete="new-password"
        minlength={PASSWORD_CHARACTERS.least}
        maxlength={PASSWORD_CHARACTERS.most}
        required
        aria-describedby={described === '' ? undefined : described}
      />
    </div>
  );
}
