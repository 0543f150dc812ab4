// The teams of the portal: who is in which, teams that people ask for and that are not there, and a form to make one.
import {
  type ListedTeam,
  readAsked,
  readTeamPage,
  selectAsked,
  selectTeamPage,
  type TeamPage,
} from '../../directory/team-list.ts';
import { addTeam } from '../../directory/teams.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { ConfigurationTabs } from '../page/configuration-tabs.tsx';
import { COUNTED, people } from '../page/count-text.ts';
import { ActionForm, TextField } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { SearchForm } from '../page/search-form.tsx';
import { Shell } from '../page/shell.tsx';
import { type Column, Empty, Pager, Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { textIn } from '../page/typed.ts';
import { AskedPanel } from './asked-panel.tsx';
import { doneQuery, doneTeam, membersPath, teamPath } from './team-words.ts';

/** What the page reads, behind the session, in the same call. */
export function selectTeams({ env, url }: Addressed): readonly D1PreparedStatement[] {
  const { sought, after } = askedOf(url);
  return [selectTeamPage(env.DB, sought ?? '', after, COUNTED), selectAsked(env.DB)];
}

function askedOf({ searchParams }: URL) {
  return {
    sought: textIn(searchParams.get('q')),
    after: (searchParams.get('after') ?? '').toWellFormed().slice(0, 200),
  };
}

/** GET: a page of teams. */
export function showTeams(screen: SignedIn): Promise<Answer> {
  return teamsPage(screen);
}

/** POST: makes a team. */
export async function postNewTeam(form: Posted): Promise<Answer> {
  const name = form.form.get('name') ?? '';
  const added = await addTeam(form.context, name);
  if (!added.ok) return teamsPage(form, { name, failure: added.failure });
  return { response: seeOther(form, `/console/teams${doneQuery('added', added.value)}`) };
}

/** A form that came back. */
interface Again {
  readonly name: string;
  readonly failure: Failure;
}

async function teamsPage(screen: SignedIn, again?: Again): Promise<Answer> {
  const { portal, results, url, formToken } = screen;
  const page = readTeamPage(results[0]);
  const isByDivision = portal.policy.teamBy === 'division';
  const note = again ? failureNote(again.failure) : doneTeam(url);
  const element = (
    <Shell title="Teams" section="settings" screen={screen} note={note}>
      <ConfigurationTabs here="teams" />
      <h1>Teams</h1>
      <p class="lead">
        {isByDivision
          ? 'The identity provider puts people into teams: the division of a person must be the name of a team to the letter.'
          : 'Admins put people into teams, each on the page of the person.'}
      </p>
      {isByDivision ? <AskedPanel asked={readAsked(results[1])} portal={portal} formToken={formToken} /> : null}
      <TeamList screen={screen} page={page} />
      <section class="panel setting" aria-labelledby="new-team">
        <h2 id="new-team">Make a team</h2>
        <ActionForm action="/console/teams" formToken={formToken} submit="Make the team" inline>
          <TextField
            name="name"
            label="Name"
            hint={
              isByDivision ? 'As the division of its people has it. Whoever asks for it already comes in.' : undefined
            }
            value={again?.name}
            required
            maxlength={200}
            isWrong={again !== undefined}
          />
        </ActionForm>
      </section>
      <FirstTeam screen={screen} />
    </Shell>
  );
  const status = again ? kindOf(again.failure.code).status : 200;
  return { response: await pageResponse(screen, status, element), ...(again && { failure: again.failure }) };
}

function TeamList({ screen, page: { teams, next } }: { readonly screen: SignedIn; readonly page: TeamPage }) {
  const { sought, after } = askedOf(screen.url);
  const isWhole = sought === undefined && after === '';
  const address = (query: Record<string, string>) =>
    `/console/teams?${new URLSearchParams({ ...(sought === undefined ? {} : { q: sought }), ...query })}`;
  return (
    <>
      {isWhole && next === undefined ? null : (
        <SearchForm action="/console/teams" clear={sought === undefined ? undefined : '/console/teams'}>
          <TextField
            name="q"
            label="Search"
            type="search"
            value={sought}
            maxlength={100}
            placeholder="Part of a name"
          />
        </SearchForm>
      )}
      {teams.length > 0 ? (
        <Table caption="Teams by name" columns={columnsOf(screen)} rows={teams} />
      ) : (
        <NoTeam isWhole={isWhole} />
      )}
      <Pager
        first={after === '' ? undefined : address({})}
        next={next === undefined ? undefined : address({ after: next })}
      />
    </>
  );
}

function NoTeam({ isWhole }: { readonly isWhole: boolean }) {
  return isWhole ? (
    <Empty title="There is no team yet">
      <p>Make the first one below. A team groups people; what they see by it, the product decides.</p>
    </Empty>
  ) : (
    <Empty title="No team found">
      <p>
        No name has this text. <a href="/console/teams">See all teams</a>
      </p>
    </Empty>
  );
}

function columnsOf({ nowMs: now, portal }: SignedIn): readonly Column<ListedTeam>[] {
  const { defaultTeam } = portal.policy.jit;
  return [
    {
      name: 'Team',
      show: (team) => (
        <>
          <a href={teamPath(team)}>{printable(team.name, 120)}</a>
          {team.name === defaultTeam ? <small>for first sign-ins without a division</small> : null}
        </>
      ),
    },
    { name: 'People', show: (team) => <People team={team} />, align: 'end' },
    { name: 'Made', show: ({ createdAt }) => <Time at={createdAt} now={now} /> },
  ];
}

function People({ team: { name, people: count } }: { readonly team: ListedTeam }) {
  if (count === 0) return <span class="muted">Nobody</span>;
  return <a href={membersPath(name)}>{people(count, COUNTED)}</a>;
}

/** Which team people get whom a first sign-in makes, and who can change that. */
function FirstTeam({ screen: { portal } }: { readonly screen: SignedIn }) {
  const { state, defaultTeam } = portal.policy.jit;
  if (state === 'off') return null;
  return (
    <p class="hint">
      Whom a first sign-in makes gets {defaultTeam === null ? 'no team' : <>the team {printable(defaultTeam, 80)}</>}{' '}
      where the division names none. Whoever runs the portal changes that:{' '}
      <code>npm run portal -- policy set jit.defaultTeam NAME</code>
    </p>
  );
}
