// Teams that people ask for by their division and that are not there: made by one click, or corrected in the identity provider.
import type { Portal } from '../../directory/portal.ts';
import type { Asked, AskedTeam } from '../../directory/team-list.ts';
import { printable } from '../../printable.ts';
import { people } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { ProviderPlaces } from '../page/provider-places.tsx';
import { unplacedWords } from './team-words.ts';

/** As many characters as the name of a team has at most. */
const MOST = 200;

interface AskedProps {
  readonly asked: Asked;
  readonly portal: Portal;
  readonly formToken: string;
}

export function AskedPanel({ asked: { divisions, people: count, looked }, portal, formToken }: AskedProps) {
  if (count === 0) return null;
  const shown = divisions.reduce((sum, one) => sum + one.people, 0);
  return (
    <section class="panel asked" aria-labelledby="asked">
      <h2 id="asked">
        {count === 1 ? 'One person asks' : `${people(count)} ask`} for{' '}
        {divisions.length === 1 ? 'a team that does' : 'teams that do'} not exist
      </h2>
      <p>
        They are {unplacedWords(portal)}. Make the team, which takes them in, or correct their division in the identity
        provider.
        {looked === undefined ? '' : ` Only the newest ${looked.toLocaleString('en')} users were looked at.`}
      </p>
      <ul>
        {divisions.map((one) => (
          <li>
            <span>
              <strong>{printable(one.division, 120)}</strong> <small>{people(one.people)}</small>
            </span>
            <Make one={one} formToken={formToken} />
          </li>
        ))}
        {shown < count ? <li>and {people(count - shown)} more</li> : null}
      </ul>
      <ProviderPlaces />
    </section>
  );
}

/** A name that no team can have cannot be made. */
function Make({ one: { division }, formToken }: { readonly one: AskedTeam; readonly formToken: string }) {
  if (division !== division.trim()) return <small>has spaces around it, which no team has</small>;
  if (division.length > MOST) return <small>is too long for a team</small>;
  return (
    <ActionForm
      action="/console/teams"
      formToken={formToken}
      submit="Make this team"
      to={printable(division, 80)}
      look="quiet"
    >
      <input type="hidden" name="name" value={division} />
    </ActionForm>
  );
}
