// The mail about the brake: so many deactivations in an hour that nothing is destroyed until an admin has looked.

import { printable, readableTime } from '../printable.ts';
import { authorWords, stopAuthor } from './author-words.ts';
import type { Mail } from './mail.ts';
import type { Occasion } from './occasion.ts';

/** The mail; `hostname` is the portal's. */
export function brakeMail(occasion: Occasion, hostname: string): Mail {
  const { createdAt, requestId, portalName, activeCount, recentCount } = occasion;
  const portal = printable(portalName);
  const count = recentCount > 0 ? `${recentCount} users were` : 'Many users were';
  return {
    title: 'Destruction is on hold after many deactivations',
    summary: `${count} deactivated in ${portal} within an hour, by ${authorWords(occasion)}. Their access has ended. Nothing of theirs is destroyed until an admin decides: profiles, files, messages and workspaces are kept.`,
    facts: [
      ['When', readableTime(createdAt)],
      ['By', authorWords(occasion)],
      ...(recentCount > 0 ? [['Deactivated in that hour', String(recentCount)] as const] : []),
      ['Still active', String(activeCount)],
      ...(requestId === null ? [] : [['Request', requestId] as const]),
      ['Portal', `${portal}, ${hostname}`],
    ],
    advice: [
      { say: 'See who is held and what each would lose, in the console.', run: `https://${hostname}/console/brake` },
      {
        say: 'If it was a mistake, first repair the assignments in Okta or Entra, or the next push deactivates everybody again. Then restore everybody there.',
      },
      { say: 'If it was intended, release everybody there, and destruction goes on.' },
      ...stopAuthor(occasion, hostname),
    ],
    reason: `You get this mail because you are an admin of ${hostname}. It is sent once, when the brake engages; later deactivations are held without another mail.`,
  };
}
