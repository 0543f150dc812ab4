// The team of a person of the identity provider: chosen here, or by the division, and then with the place where that is changed.
import { teamAskedFor, whyNoTeamChange } from '../../directory/account-rights.ts';
import { teamOf } from '../../directory/user-team.ts';
import { printable } from '../../printable.ts';
import { ActionForm } from '../page/fields.tsx';
import { ProviderPlaces } from '../page/provider-places.tsx';
import { TeamField } from '../teams/team-field.tsx';
import { ActionPanel } from './action-panel.tsx';
import { decidesAgain } from './governor-words.ts';
import type { PanelProps } from './overview.tsx';
import { userPath } from './user-frame.tsx';

export function TeamPanel(props: PanelProps) {
  const { screen, details } = props;
  const { account, teams } = details;
  const hasTeams = screen.portal.policy.teamBy === 'division' || teams.length > 0;
  if (!hasTeams || account.loginType !== 'saml' || account.removedAt !== null) return null;
  const asked = teamAskedFor(account, screen.portal);
  return (
    <ActionPanel id="team-panel" title="Team">
      {account.active ? (
        asked === null ? (
          <ChosenTeam {...props} />
        ) : (
          <GovernedTeam {...props} asked={asked} />
        )
      ) : (
        <p class="nothing">{whyNoTeamChange(account, screen.portal, null)}</p>
      )}
    </ActionPanel>
  );
}

function ChosenTeam({ screen, details: { account, teams } }: PanelProps) {
  const division = teamOf(account.attributes, screen.portal);
  const isByDivision = screen.portal.policy.teamBy === 'division';
  if (teams.length === 0) {
    return (
      <p>
        This portal has no team yet. <a href="/console/teams">Make one</a>.
      </p>
    );
  }
  return (
    <>
      {division === null || account.asksForTeam ? null : (
        <p class="beware">
          The division is “{printable(division, 80)}”, and no team has exactly this name.{' '}
          <a href="/console/teams">Teams</a>
        </p>
      )}
      <ActionForm action={userPath(account, '/team')} formToken={screen.formToken} submit="Save the team" look="quiet">
        <TeamField teams={teams} value={account.team} />
      </ActionForm>
      {isByDivision ? (
        <p class="nothing">
          {account.isProvisioned
            ? 'The next time the identity provider changes the division, that decides again.'
            : decidesAgain('the division')}
        </p>
      ) : null}
    </>
  );
}

function GovernedTeam({ screen, details: { account }, asked }: PanelProps & { readonly asked: string }) {
  const name = <strong>{printable(asked, 80)}</strong>;
  if (account.team === asked) {
    return (
      <>
        <p>
          In {name}, because the division says so. To change it, set <code>division</code> in the identity provider.
        </p>
        <ProviderPlaces />
      </>
    );
  }
  return (
    <>
      <p>
        The division asks for {name}, but this person is in {account.team === null ? 'no team' : 'another one'}. That
        stays so until the division changes in the identity provider, or until you move the person.
      </p>
      <ActionForm
        action={userPath(account, '/team')}
        formToken={screen.formToken}
        submit={`Move to ${printable(asked, 60)}`}
        look="quiet"
      >
        <input type="hidden" name="team" value={asked} />
      </ActionForm>
    </>
  );
}
