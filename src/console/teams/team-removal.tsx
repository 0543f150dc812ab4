// The question before a team is removed: who is in no team then, and what else hangs on it.
import type { ListedTeam } from '../../directory/team-list.ts';
import { removeTeam } from '../../directory/teams.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { people } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { MEMBERS_COUNTED, noSuchTeam, teamOf } from './team-page.tsx';
import { doneQuery, membersPath, teamPath } from './team-words.ts';

/** GET: what a removal means. */
export async function showRemoval(screen: SignedIn): Promise<Answer> {
  const team = teamOf(screen);
  return team ? removalPage(screen, team) : noSuchTeam(screen);
}

/** POST: removes the team. */
export async function postRemoval(form: Posted): Promise<Answer> {
  const team = teamOf(form);
  if (!team) return noSuchTeam(form);
  const removed = await removeTeam(form.context, team.name);
  if (!removed.ok) return removalPage(form, team, removed.failure);
  return { response: seeOther(form, `/console/teams${doneQuery('removed', removed.value)}`) };
}

async function removalPage(screen: SignedIn, team: ListedTeam, failure?: Failure): Promise<Answer> {
  const title = `Remove ${printable(team.name, 120)}`;
  const element = (
    <Shell title={title} section="settings" screen={screen} note={failure && failureNote(failure)}>
      <BackLink href={teamPath(team)} name={printable(team.name, 60)} />
      <h1>{title}</h1>
      <section class="panel step">
        <Consequences screen={screen} team={team} />
        <ActionForm
          action={teamPath(team, '/remove')}
          formToken={screen.formToken}
          submit="Remove the team now"
          look="danger"
        />
        <p>
          <a href={teamPath(team)}>Keep it</a>
        </p>
      </section>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, element), ...(failure && { failure }) };
}

function Consequences({ screen: { portal }, team }: { readonly screen: SignedIn; readonly team: ListedTeam }) {
  const { teamBy, jit, groups } = portal.policy;
  const count = team.people;
  return (
    <>
      {count === 0 ? (
        <p>Nobody is in this team.</p>
      ) : (
        <p>
          <a href={membersPath(team.name)}>{people(count, MEMBERS_COUNTED)}</a> {count === 1 ? 'is' : 'are'} in no team
          then.
          {teamBy === 'division'
            ? ' They keep their division: whoever asks for this name comes in again if the team is made again.'
            : ' Who was in it is not kept.'}
        </p>
      )}
      {groups === 'teams_read_only' ? <p>The identity provider does not find it among the groups any more.</p> : null}
      {jit.defaultTeam === team.name ? (
        <p class="beware">It is the team of first sign-ins without a division: they get no team from then on.</p>
      ) : null}
    </>
  );
}
