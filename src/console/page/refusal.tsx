// Pages that say no: a form that is not ours, an address that is none, and a mistake of ours.
import { type Failure, fail, kindOf, type Result } from '../../failure.ts';
import type { Exchange, Handled, SignedIn } from '../exchange.ts';
import { pageResponse } from './answer.ts';
import { Door } from './document.tsx';
import { Shell } from './shell.tsx';
import { Empty } from './table.tsx';

interface RefusalText {
  readonly title: string;
  readonly text: string;
}

/** A form that was not posted from a page of ours: 403, since the person at the browser may not have meant it. */
export async function refusedForm(exchange: Exchange, route: string, form: Result<unknown>): Promise<Handled> {
  const failure = form.ok ? fail('precondition_failed', 'The form has no session.').failure : form.failure;
  const status = failure.code === 'precondition_failed' ? 403 : kindOf(failure.code).status;
  const text =
    'The page it stood on may be too old, or it was sent from another site. Nothing was changed. Open the console again and repeat what you wanted to do.';
  return refused(exchange, route, status, failure, { title: 'This form was not accepted', text });
}

/** There is no such screen. */
export async function notFound(exchange: Exchange): Promise<Handled> {
  const { failure } = fail('not_found', 'There is nothing at this address.');
  return refused(exchange, 'none', 404, failure, {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page is not there any more.',
  });
}

/** The address is there, and takes another method. */
export async function wrongMethod(exchange: Exchange, route: string, allowed: string): Promise<Handled> {
  const { failure } = fail('method_not_allowed', `This address answers ${allowed} only.`);
  const text = { title: 'That cannot be done here', text: 'This address answers forms of the console only.' };
  return refused(exchange, route, 405, failure, text, [['Allow', allowed]]);
}

/** Something of ours went wrong, for now or altogether; the request id leads to the log. */
export async function broken(exchange: Exchange, route: string, failure: Failure): Promise<Handled> {
  const { status } = kindOf(failure.code);
  const text =
    status === 503
      ? 'The database did not answer in time. Nothing was changed. Try again in a few seconds.'
      : `Something went wrong inside the portal. Quote the id ${exchange.requestId} to support.`;
  return refused(exchange, route, status, failure, { title: 'This did not work', text });
}

async function refused(
  exchange: Exchange,
  route: string,
  status: number,
  failure: Failure,
  { title, text }: RefusalText,
  headers: readonly (readonly [string, string])[] = [],
): Promise<Handled> {
  const words = (
    <>
      <p>{text}</p>
      <p>
        <a class="button" href="/console">
          Open the console
        </a>
      </p>
    </>
  );
  const page = isSignedIn(exchange) ? (
    <Shell title={title} section={undefined} screen={exchange}>
      <h1>{title}</h1>
      <Empty>{words}</Empty>
    </Shell>
  ) : (
    <Door title={title}>{words}</Door>
  );
  return { response: await pageResponse(exchange, status, page, headers), route, failure };
}

/** Who is signed in keeps the navigation. */
function isSignedIn(exchange: Exchange): exchange is SignedIn {
  return 'session' in exchange;
}
