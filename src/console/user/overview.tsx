// The page of one user: what is stored of the account, what it owns, who is signed in with it, and what an admin can do with it.
import type { Answer, SignedIn } from '../exchange.ts';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { AccountPanel } from './account-panel.tsx';
import { ActionPanels } from './action-panels.tsx';
import { ContentPanel, GroupsPanel, KeysPanel } from './belongings.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { SignInsPanel } from './sign-ins-panel.tsx';
import { DONE_TEXTS } from './step.ts';
import { answerWith, noSuchUser, UserFrame } from './user-frame.tsx';
import { readDetails, type UserDetails } from './user-query.ts';

/** GET: the page of one user. */
export async function showUser(screen: SignedIn): Promise<Answer> {
  const details = readDetails(screen.results, screen.session.hash);
  if (!details) return noSuchUser(screen);
  return answerWith(
    screen,
    <Overview screen={screen} details={details} note={doneNote(screen.url, DONE_TEXTS)} />,
    200,
  );
}

export interface PanelProps {
  readonly screen: SignedIn;
  readonly details: UserDetails;
}

/** The whole page; `note` says what was just done, or why it was not. */
export function Overview({ screen, details, note }: PanelProps & { readonly note?: NoticeProps | undefined }) {
  const props = { screen, details };
  return (
    <UserFrame screen={screen} account={details.account} tab="overview" note={note}>
      <div class="sides">
        <div>
          <AccountPanel {...props} />
          <ProfilePanel {...props} />
          <ContentPanel {...props} />
          <KeysPanel {...props} />
          <GroupsPanel {...props} />
          <SignInsPanel {...props} />
        </div>
        <aside aria-label="What you can do">
          <ActionPanels {...props} />
        </aside>
      </div>
    </UserFrame>
  );
}
