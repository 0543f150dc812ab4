// How pages say when something is deleted, and who keeps it from that.
import { readableTime } from '../../printable.ts';
import { counted } from './count-text.ts';

const DAY_MS = 86_400_000;
/** From here on the date stands out. */
const SOON_MS = 3 * DAY_MS;

/** Who keeps something past its date. */
export type Holder = 'admin' | 'brake' | 'both';

/** How a page says who it is. */
export const HOLDERS: Readonly<Record<Holder, string>> = {
  admin: 'Legal hold',
  brake: 'Held by the brake',
  both: 'Legal hold and the brake',
};

/** Such as `12 days left`, and how much it presses. Rounded up, so that the last day counts as one. */
function leftText(dueAt: number, now: number): { readonly text: string; readonly look: 'act' | 'soon' | '' } {
  const ms = dueAt - now;
  if (ms <= 0) return { text: 'due now', look: 'act' };
  const days = Math.ceil(ms / DAY_MS);
  if (ms < DAY_MS) return { text: `${counted(Math.ceil(ms / 3_600_000), 'hour')} left`, look: 'act' };
  return { text: `${counted(days, 'day')} left`, look: ms < SOON_MS ? 'soon' : '' };
}

/** How long until something is deleted, with the exact time on hover. */
export function Left({ dueAt, now }: { readonly dueAt: number; readonly now: number }) {
  const { text, look } = leftText(dueAt, now);
  const time = (
    <time datetime={new Date(dueAt).toISOString()} title={readableTime(dueAt)}>
      {text}
    </time>
  );
  return look === '' ? time : <span class={`tag ${look}`}>{time}</span>;
}
