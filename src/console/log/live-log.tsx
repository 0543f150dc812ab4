// The live view of the log: only what is new, so that what is being read stays where it is.
import { withNames } from '../../log/names.ts';
import { type LogPage, logPage, readLog } from '../../log/provisioning-log.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { newsResponse, unchangedResponse } from '../page/live-box.tsx';
import { broken } from '../page/refusal.tsx';
import type { Choice, Question } from './choice.ts';
import { groupEntries } from './entry-groups.ts';
import { Entries } from './entry-view.tsx';
import { LogList } from './log-list.tsx';
import { liveAddress } from './log-page.tsx';
import { askedOf, type LiveAsked, liveAskedOf, PAGE_ENTRIES } from './log-page-query.ts';

/** A window that shows more begins anew. */
const MOST_SHOWN = 300;

/** GET: 204 while nothing is new, the new entries alone, or the newest page where there are too many of them, and where the address
 * names no place. One that cannot be understood has nothing new: the page said so. */
export async function showLive(screen: SignedIn): Promise<Answer> {
  const { question, choice } = askedOf(screen);
  if (!question) return { response: unchangedResponse(screen) };
  const asked = liveAskedOf(screen);
  if (!asked) return whole(screen, choice, question);
  const page = logPage(asked.request, screen.results);
  const { entries, next, head } = page;
  // The table of refusals counts from one again when the last was forgotten.
  const isBehind = head.refusals < asked.after.refusals;
  if (entries.length === 0 && !isBehind) {
    return { response: unchangedResponse(screen, liveAddress(asked.choice, page, asked.shown)) };
  }
  const isWhole = isBehind || next !== null || asked.shown === 0 || asked.shown + entries.length > MOST_SHOWN;
  return isWhole ? whole(screen, choice, question) : added(screen, asked, page);
}

async function added(screen: SignedIn, { choice, shown }: LiveAsked, page: LogPage): Promise<Answer> {
  const named = await withNames(screen.env.DB, page.entries);
  if (!named.ok) return broken(screen, screen.url.pathname, named.failure);
  const element = <Entries groups={groupEntries(named.value)} now={screen.nowMs} isFresh={true} />;
  const next = liveAddress(choice, page, shown + named.value.length);
  return { response: await newsResponse(screen, element, { next, place: 'first' }) };
}

async function whole(screen: SignedIn, choice: Choice, { filter }: Question): Promise<Answer> {
  const read = await readLog(screen.env.DB, { filter, limit: PAGE_ENTRIES });
  if (!read.ok) return broken(screen, screen.url.pathname, read.failure);
  const { entries } = read.value;
  const element = <LogList choice={choice} entries={entries} page={read.value} now={screen.nowMs} />;
  const next = liveAddress(choice, read.value, entries.length);
  return { response: await newsResponse(screen, element, { next, place: 'whole' }) };
}
