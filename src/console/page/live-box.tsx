// A part of a page that shows itself anew: the script asks for it again and again while the window is looked at. Without
// JavaScript there is a link that loads the page.
import type { PropsWithChildren } from 'hono/jsx';
import type { Exchange } from '../exchange.ts';
import { fragmentResponse, securityHeaders } from './answer.ts';
import { ASSETS } from './assets.ts';

/** The script that a page with live boxes needs. */
export const LIVE_SCRIPT = ASSETS.live.path;

type LiveBoxProps = PropsWithChildren<{
  /** The address of the part alone: a screen with `isLive`, which answers with `fragmentResponse` or one of the two below. */
  readonly from: string;
  readonly everySeconds: number;
  /** What is shown in it, for a screen reader. */
  readonly label: string;
  /** With an id, which is unique on the page, people can pause it. */
  readonly id?: string;
  /** With the time of the page in UTC milliseconds, the times in it go on. */
  readonly now?: number;
}>;

export function LiveBox({ from, everySeconds, label, id, now, children }: LiveBoxProps) {
  return (
    <>
      {id === undefined ? null : (
        <div class="live-bar" data-live-bar={id} hidden>
          <span role="status">Live</span>
          <button type="button" class="quiet">
            Pause
          </button>
        </div>
      )}
      <section class="live" aria-label={label} id={id} data-live={from} data-every={everySeconds} data-now={now}>
        {children}
      </section>
    </>
  );
}

/** Nothing is new. `next`, where it is given, is the address to ask next. */
export function unchangedResponse({ url }: Pick<Exchange, 'url'>, next?: string): Response {
  return new Response(null, {
    status: 204,
    headers: { ...securityHeaders(url), ...(next === undefined ? {} : { 'Live-Next': next }) },
  });
}

/** `first`: elements to put before all others of the list marked `data-live-list`. `whole`: the whole part anew. */
export async function newsResponse(
  exchange: Pick<Exchange, 'url'>,
  element: unknown,
  { next, place }: { readonly next: string; readonly place: 'first' | 'whole' },
): Promise<Response> {
  const response = await fragmentResponse(exchange, element);
  response.headers.set('Live-Next', next);
  response.headers.set('Live-Place', place);
  return response;
}
