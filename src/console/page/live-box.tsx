// A part of a page that shows itself anew: the script asks for it again and again while the window is looked at. Without
// JavaScript there is a link that loads the page.
import type { PropsWithChildren } from 'hono/jsx';
import { ASSETS } from './assets.ts';

/** The script that a page with live boxes needs. */
export const LIVE_SCRIPT = ASSETS.live.path;

type LiveBoxProps = PropsWithChildren<{
  /** The address of the part alone: a screen with `isLive`, which answers with `fragmentResponse`. */
  readonly from: string;
  readonly everySeconds: number;
  /** What is shown in it, for a screen reader. */
  readonly label: string;
}>;

export function LiveBox({ from, everySeconds, label, children }: LiveBoxProps) {
  return (
    <section class="live" aria-label={label} data-live={from} data-every={String(everySeconds)}>
      {children}
    </section>
  );
}
