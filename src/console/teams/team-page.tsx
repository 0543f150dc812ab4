// One team: who is in it, its name to change, and the way to remove it.
import { type ListedTeam, selectOneTeam } from '../../directory/team-list.ts';
import { renameTeam } from '../../directory/teams.ts';
import { type Failure, fail, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { people } from '../page/count-text.ts';
import { Detail, Details } from '../page/details.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import { ActionForm, TextField } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { doneQuery, doneTeam, membersPath, teamPath, unplacedWords } from './team-words.ts';

/** So many members are counted: of one team alone, and of its index alone. */
export const MEMBERS_COUNTED = 100_000;

/** What each page of one team reads. */
export function selectTeamScreen({ env, params }: Addressed): readonly D1PreparedStatement[] {
  return [selectOneTeam(env.DB, params['id'] ?? '', MEMBERS_COUNTED)];
}

/** The team of the address; undefined where there is none. */
export function teamOf({ results }: Pick<SignedIn, 'results'>): ListedTeam | undefined {
  return results[0]?.results[0] as ListedTeam | undefined;
}

/** The page where the address names no team. */
export function noSuchTeam(screen: SignedIn): Promise<Answer> {
  const { failure } = fail('resource_not_found', 'There is no such team.');
  return emptyPage(screen, {
    section: 'settings',
    title: 'No such team',
    text: 'It may have been removed. The log says by whom.',
    next: { href: '/console/teams', name: 'See all teams' },
    status: 404,
    failure,
  });
}

/** GET: one team. */
export async function showTeam(screen: SignedIn): Promise<Answer> {
  const team = teamOf(screen);
  return team ? teamPage(screen, team) : noSuchTeam(screen);
}

/** POST: gives the team another name. */
export async function postRename(form: Posted): Promise<Answer> {
  const team = teamOf(form);
  if (!team) return noSuchTeam(form);
  const name = form.form.get('name') ?? '';
  if (name.trim() === team.name) return { response: seeOther(form, teamPath(team)) };
  const renamed = await renameTeam(form.context, team.name, name);
  if (!renamed.ok) return teamPage(form, team, { name, failure: renamed.failure });
  return { response: seeOther(form, teamPath(team, doneQuery('renamed', renamed.value))) };
}

interface Again {
  readonly name: string;
  readonly failure: Failure;
}

async function teamPage(screen: SignedIn, team: ListedTeam, again?: Again): Promise<Answer> {
  const note = again ? failureNote(again.failure) : doneTeam(screen.url);
  const title = printable(team.name, 120);
  const element = (
    <Shell title={title} section="settings" screen={screen} note={note}>
      <BackLink href="/console/teams" name="Teams" />
      <h1>{title}</h1>
      <Facts screen={screen} team={team} />
      <section class="panel setting" aria-labelledby="rename">
        <h2 id="rename">Name</h2>
        <p>{renameSentence(screen, team)}</p>
        <ActionForm action={teamPath(team, '/name')} formToken={screen.formToken} submit="Save the name" inline>
          <TextField
            name="name"
            label="Name of the team"
            value={again?.name ?? team.name}
            required
            maxlength={200}
            isWrong={again !== undefined}
          />
        </ActionForm>
      </section>
      <section class="panel setting" aria-labelledby="removal">
        <h2 id="removal">Remove</h2>
        <p>
          {team.people === 0 ? 'Nobody is in this team.' : 'Its people are in no team then.'} The next page tells what
          becomes of them.
        </p>
        <a class="button quiet danger" href={teamPath(team, '/remove')}>
          Remove the team…
        </a>
      </section>
    </Shell>
  );
  const status = again ? kindOf(again.failure.code).status : 200;
  return { response: await pageResponse(screen, status, element), ...(again && { failure: again.failure }) };
}

function Facts({ screen: { portal, nowMs: now }, team }: { readonly screen: SignedIn; readonly team: ListedTeam }) {
  const isFirst = portal.policy.jit.defaultTeam === team.name;
  return (
    <Details isPanel>
      <Detail name="People">
        {team.people === 0 ? 'Nobody' : <a href={membersPath(team.name)}>{people(team.people, MEMBERS_COUNTED)}</a>}
      </Detail>
      <Detail name="First sign-ins">
        {isFirst ? 'Whoever a first sign-in makes without a division that names a team gets this one' : null}
      </Detail>
      <Detail name="Made">
        <Time at={team.createdAt} now={now} />
      </Detail>
      <Detail name="Id in SCIM">
        {portal.policy.groups === 'teams_read_only' ? <code>{printable(team.id, 80)}</code> : null}
      </Detail>
    </Details>
  );
}

/** Who follows a new name, and who comes in. */
function renameSentence({ portal }: SignedIn, { people: count }: ListedTeam): string {
  const stay =
    count === 0 ? '' : `With a new name ${count === 1 ? 'its one person stays' : 'all its people stay'} in it. `;
  if (portal.policy.teamBy !== 'division') return stay || 'The name is only for people.';
  return `${stay}People ${unplacedWords(portal)} whose division is the new name come in. From then on the identity provider must send the new name: map it there too.`;
}
