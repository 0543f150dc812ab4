// The choice of a team: a list of them, or where there are very many, a field for the name.
import { printable } from '../../printable.ts';
import { type Option, SelectField, TextField } from '../page/fields.tsx';

/** Of so many teams one is chosen in a list. */
const LISTED = 200;

/** The names of the teams, one more than a list has: rows of type `TeamName`. */
export function selectTeamNames(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT name FROM teams ORDER BY name LIMIT ${LISTED + 1}`);
}

interface TeamName {
  readonly name: string;
}

/** The names that a result of `selectTeamNames` has. */
export function readTeamNames(result: D1Result | undefined): readonly string[] {
  return ((result?.results ?? []) as unknown as TeamName[]).map(({ name }) => name);
}

interface TeamFieldProps {
  /** As `readTeamNames` gives them. */
  readonly teams: readonly string[];
  readonly value: string | null;
  readonly hint?: string;
  /** What no team means here. */
  readonly none?: string;
  readonly label?: string;
}

/** A field with the name `team`; empty for none. */
export function TeamField({ teams, value, hint, none = 'None', label = 'Team' }: TeamFieldProps) {
  if (teams.length > LISTED) {
    const exact = `The name of a team to the letter; empty for ${none.toLowerCase()}.`;
    return (
      <TextField
        name="team"
        label={label}
        value={value ?? ''}
        maxlength={200}
        hint={hint ? `${exact} ${hint}` : exact}
      />
    );
  }
  const listed = value === null || teams.includes(value) ? teams : [...teams, value];
  const options: Option[] = listed.map((name) => ({ value: name, text: printable(name, 80) }));
  return (
    <SelectField
      name="team"
      label={label}
      hint={hint}
      options={[{ value: '', text: none }, ...options]}
      value={value ?? ''}
    />
  );
}
