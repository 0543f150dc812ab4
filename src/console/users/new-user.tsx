// The page that adds a user: whom the identity provider will manage, who signs in by password when single sign-on cannot, or a
// service account.
import { readProvisioned, selectProvisioned } from '../../directory/provisioning.ts';
import type { LoginType } from '../../directory/user-list-query.ts';
import type { Failure } from '../../failure.ts';
import { kindOf } from '../../failure.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { failureNote, type NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { Tabs } from '../page/tabs.tsx';
import { readTeamNames, selectTeamNames } from '../teams/team-field.tsx';
import { type Addition, addUser } from './addition.ts';
import { showLinkOnce } from './link-once.tsx';
import { type NewUserFields, readNewUser } from './new-user-form.ts';
import { NewUserPanel } from './new-user-panel.tsx';

/** What the page reads, behind the session, in the same call. */
export function selectForNewUser({ env, sources }: Addressed): readonly D1PreparedStatement[] {
  return [selectTeamNames(env.DB), selectProvisioned(env.DB, Math.trunc(sources.nowMs()))];
}

/** GET: the form, of the kind that the address names. */
export async function showNewUser(screen: SignedIn): Promise<Answer> {
  return { response: await formPage(screen, 200, readNewUser(screen.url.searchParams)) };
}

/** POST: adds the user. The link for a password is shown here and never again. */
export async function postNewUser(form: Posted): Promise<Answer> {
  const fields = readNewUser(form.form);
  const added = await addUser(form, fields, readProvisioned(form.results[1]));
  if (!added.ok) return refused(form, fields, added.failure, failureNote(added.failure));
  const addition = added.value;
  switch (addition.kind) {
    case 'taken':
      return refused(form, fields, addition.failure, takenNote(addition));
    case 'linked':
      return showLinkOnce(form, addition);
    case 'added':
      return { response: seeOther(form, `/console/users/${addition.seq}?done=added`) };
  }
}

async function refused(form: Posted, fields: NewUserFields, failure: Failure, note: NoticeProps): Promise<Answer> {
  return { response: await formPage(form, kindOf(failure.code).status, fields, note), failure };
}

function takenNote({ failure, seq }: Extract<Addition, { kind: 'taken' }>): NoticeProps {
  return {
    ...failureNote(failure),
    children: (
      <>
        {failure.detail} <a href={`/console/users/${seq}`}>Open that user</a>
      </>
    ),
  };
}

const KINDS: Readonly<Record<LoginType, string>> = {
  saml: 'Identity provider',
  password: 'Password',
  service: 'No login',
};

function formPage(screen: SignedIn, status: number, fields: NewUserFields, note?: NoticeProps): Promise<Response> {
  const teams = readTeamNames(screen.results[0]);
  const tabs = Object.entries(KINDS).map(([login, name]) => ({
    path: `/console/users/new?login=${login}`,
    name,
    isHere: login === fields.login,
  }));
  return pageResponse(
    screen,
    status,
    <Shell title="Add a user" section="users" screen={screen} note={note}>
      <BackLink href="/console/users" name="Users" />
      <h1>Add a user</h1>
      <p class="lead">How will this user sign in?</p>
      <Tabs label="How the user signs in" tabs={tabs} />
      <NewUserPanel
        screen={screen}
        fields={fields}
        teams={teams}
        isProvisioned={readProvisioned(screen.results[1])}
        isWrong={note !== undefined}
      />
    </Shell>,
  );
}
