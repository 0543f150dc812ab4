// What role and team everybody has, by the rules and nothing else: no SQL, no schema, one person after the other. Independent of
// src, so that a mistake there cannot be made here too.

export type Verb = 'POST' | 'PUT' | 'PATCH';

/** What an identity provider says of a person; absent is not said. */
export interface Said {
  readonly active?: boolean;
  readonly division?: string | null;
  readonly userType?: string | null;
  readonly isAdmin?: boolean;
}

export interface Rules {
  roles: readonly string[];
  defaultRole: string;
  adminBy: 'extension' | 'user_type';
  adminSync: boolean;
  teamBy: 'division' | 'portal';
  profile: 'keep' | 'remove';
}

interface Person {
  active: boolean;
  role: string;
  division: string | null;
  /** The number of the team. */
  team: number | null;
}

/** A portal with whom SCIM shows in it. Every command says whether it was done. */
export class RolesAndTeams {
  readonly people = new Map<string, Person>();
  readonly teams = new Map<number, string>();
  readonly rules: Rules;
  /** The number of the team of first sign-ins. */
  #first: number | null = null;
  /** Whether a credential of SCIM lives. */
  isProvisioned = true;
  #made = 0;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  /** Role and team of everybody, by name. */
  picture(): Record<string, string> {
    const entries = [...this.people].map(([name, { role, team, active }]) => {
      const teamName = team === null ? 'no team' : (this.teams.get(team) ?? 'a team that is gone');
      return [name, `${active ? '' : 'inactive '}${role}, ${teamName}`] as const;
    });
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  scim(name: string, verb: Verb, said: Said): boolean {
    if (!this.isProvisioned) return false;
    return verb === 'POST' ? this.#create(name, said) : this.#update(name, verb, said);
  }

  delete(name: string): boolean {
    return this.isProvisioned && this.people.delete(name);
  }

  #create(name: string, said: Said): boolean {
    if (this.people.has(name)) return false;
    const role = this.#roleSaid(this.rules.defaultRole, said);
    if (role === undefined) return false;
    const active = said.active !== false;
    const keeps = active || this.rules.profile === 'keep';
    const division = keeps ? divisionSaid(said, null) : null;
    const team = this.#teamOfDivision(division);
    this.people.set(name, { active, role: active ? role : this.rules.defaultRole, division, team });
    return true;
  }

  #update(name: string, verb: Verb, said: Said): boolean {
    const person = this.people.get(name);
    if (!person) return false;
    const active = said.active ?? person.active;
    const ends = person.active && !active;
    const before = !person.active && active ? this.rules.defaultRole : person.role;
    const role = ends ? before : this.#roleSaid(before, said);
    if (role === undefined) return false;
    const division = divisionSaid(said, verb === 'PUT' ? null : person.division);
    if (active) person.role = role;
    else if (ends) person.role = this.rules.defaultRole;
    person.active = active;
    if (active || this.rules.profile === 'keep') this.#divide(person, division);
    else this.#divide(person, null, true);
    return true;
  }

  /** A division that changes decides over the team, one that stays leaves it as it is. */
  #divide(person: Person, division: string | null, forgets = false): void {
    if (this.rules.teamBy === 'division' && division !== person.division) person.team = this.#teamOfDivision(division);
    if (forgets) person.team = null;
    person.division = division;
  }

  #teamOfDivision(division: string | null): number | null {
    return this.rules.teamBy === 'division' ? this.#numberOf(division) : null;
  }

  #numberOf(name: string | null): number | null {
    return [...this.teams].find(([, known]) => known === name)?.[0] ?? null;
  }

  #roleSaid(role: string, { userType, isAdmin }: Said): string | undefined {
    const { adminBy, adminSync, roles, defaultRole } = this.rules;
    if (adminBy === 'user_type') {
      if (userType === undefined) return role;
      if (userType === null || userType === '') return defaultRole;
      return roles.includes(userType.toLowerCase()) ? userType.toLowerCase() : undefined;
    }
    if (!adminSync || isAdmin === undefined) return role;
    return isAdmin ? 'admin' : role === 'admin' ? defaultRole : role;
  }

  /** The console. */
  giveRole(name: string, role: string): boolean {
    const person = this.people.get(name);
    if (!person?.active || !this.rules.roles.includes(role)) return false;
    const { adminBy, adminSync } = this.rules;
    if (this.isProvisioned && adminBy === 'user_type') return false;
    if (this.isProvisioned && adminSync && (role === 'admin' || person.role === 'admin')) return false;
    person.role = role;
    return true;
  }

  giveTeam(name: string, team: string | null): boolean {
    const person = this.people.get(name);
    if (!person?.active) return false;
    const asked = this.isProvisioned ? this.#teamOfDivision(person.division) : null;
    const wanted = this.#numberOf(team);
    if (team !== null && wanted === null) return false;
    if (asked !== null && asked !== wanted) return false;
    person.team = wanted;
    return true;
  }

  /** Access alone, as the console ends it and gives it. */
  setActive(name: string, active: boolean): boolean {
    const person = this.people.get(name);
    if (!person) return false;
    if (person.active === active) return true;
    person.active = active;
    person.role = this.rules.defaultRole;
    if (!active && this.rules.profile === 'remove') [person.division, person.team] = [null, null];
    return true;
  }

  addTeam(name: string): boolean {
    if (this.#numberOf(name) !== null) return false;
    this.teams.set(++this.#made, name);
    this.#comeIn(name);
    return true;
  }

  renameTeam(from: string, to: string): boolean {
    const number = this.#numberOf(from);
    if (number === null || (from !== to && this.#numberOf(to) !== null)) return false;
    this.teams.set(number, to);
    this.#comeIn(to);
    return true;
  }

  removeTeam(name: string): boolean {
    const number = this.#numberOf(name);
    if (number === null) return false;
    this.teams.delete(number);
    if (this.#first === number) this.#first = null;
    for (const person of this.people.values()) if (person.team === number) person.team = null;
    return true;
  }

  chooseFirst(team: string | null): boolean {
    const number = this.#numberOf(team);
    if (team !== null && number === null) return false;
    this.#first = number;
    return true;
  }

  /** Who is in no team, or in that of first sign-ins, and asks for one that is there. */
  #comeIn(name: string | undefined): void {
    for (const person of this.people.values()) {
      const isMeant = name === undefined || person.division === name;
      const isUnplaced = person.team === null || person.team === this.#first;
      if (isUnplaced && isMeant) person.team = this.#teamOfDivision(person.division) ?? person.team;
    }
  }

  choose(change: Partial<Rules>): boolean {
    const before = { ...this.rules };
    const after = { ...before, ...change };
    if (!after.roles.includes(after.defaultRole)) return false;
    // There is nothing to switch on where userType decides.
    if (change.adminSync === true && before.adminBy === 'user_type') return false;
    Object.assign(this.rules, after);
    if (before.roles.some((role) => !after.roles.includes(role))) {
      for (const person of this.people.values()) {
        if (!after.roles.includes(person.role)) person.role = after.defaultRole;
      }
    }
    if (before.teamBy === 'portal' && after.teamBy === 'division') this.#comeIn(undefined);
    return true;
  }
}

function divisionSaid({ division }: Said, untold: string | null): string | null {
  return division === undefined ? untold : division || null;
}
