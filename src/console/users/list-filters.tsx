// What a list of users is narrowed by: a form that is sent by GET, so that it works without scripts and its result has an address.

import { isNarrowed, type ListQuery, LOGIN_TYPES } from '../../directory/user-list-query.ts';
import { roleName } from '../../wording.ts';
import { type Option, SelectField, TextField } from '../page/fields.tsx';
import { SearchForm } from '../page/search-form.tsx';
import { TeamField } from '../teams/team-field.tsx';
import { listAddress } from './list-address.ts';
import { LOGIN_TEXTS } from './user-words.ts';

interface FiltersProps {
  readonly query: ListQuery;
  readonly roles: readonly string[];
  /** To choose one of; none where the portal has no teams. */
  readonly teams: readonly string[];
}

export function Filters({ query, roles, teams }: FiltersProps) {
  const { show, login, role, team, sought } = query;
  const isOver = show !== 'registered' && show !== 'all';
  return (
    <SearchForm action="/console/users" clear={isNarrowed(query) ? listAddress(query, { clear: true }) : undefined}>
      {isOver || show === 'registered' ? null : <input type="hidden" name="show" value={show} />}
      <TextField name="q" label="Search" type="search" value={sought.typed} maxlength={100} placeholder={LOOK_FOR} />
      <SelectField name="login" label="Sign-in" options={LOGIN_OPTIONS} value={login ?? ''} />
      <SelectField name="role" label="Role" options={roleOptions(roles, role)} value={role ?? ''} />
      {teams.length === 0 && team === undefined ? null : <TeamField teams={teams} value={team ?? null} none="Any" />}
      {isOver ? <SelectField name="show" label="State" options={STATE_OPTIONS} value={show} /> : null}
    </SearchForm>
  );
}

const LOOK_FOR = 'Name, e-mail, external id';
const ANY: Option = { value: '', text: 'Any' };
const LOGIN_OPTIONS: readonly Option[] = [ANY, ...LOGIN_TYPES.map((value) => ({ value, text: LOGIN_TEXTS[value] }))];
const STATE_OPTIONS: readonly Option[] = [
  { value: 'deactivated', text: 'Any' },
  { value: 'inactive', text: 'Deactivated' },
  { value: 'removed', text: 'Removed' },
];

/** Also the one that is looked for, where the portal has it no more. */
function roleOptions(roles: readonly string[], role: string | undefined): readonly Option[] {
  const all = role === undefined || roles.includes(role) ? roles : [...roles, role];
  return [ANY, ...all.map((value) => ({ value, text: roleName(value) }))];
}
