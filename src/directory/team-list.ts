// The portal's teams as people look at them: a page of them, one of them, and what people ask for that is no team. Every statement
// stops at a bound, so that a page costs no more in a portal with very many people.
import { ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { DIVISION_SQL } from './division.ts';
import { UNPLACED } from './team-adoption.ts';

export interface Team {
  readonly seq: number;
  readonly name: string;
  /** Users that SCIM sees, active or not. */
  readonly userCount: number;
}

/** All teams by name. */
export async function listTeams(db: D1Database): Promise<Result<readonly Team[]>> {
  const outcome = await readBatch(db, [
    db.prepare(
      `SELECT t.seq, t.name, count(u.seq) AS userCount FROM teams AS t
       LEFT JOIN users AS u ON u.team_seq = t.seq AND u.login_type = 'saml' AND u.removed_at IS NULL
       GROUP BY t.seq ORDER BY t.name`,
    ),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok((outcome.results[0]?.results ?? []) as unknown as Team[]);
}

/** A team of a page; `people` are active or not, counted up to a bound. Times are UTC milliseconds. */
export interface ListedTeam {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly people: number;
}

/** So many teams a page has. */
const TEAMS = 25;

/** SQL: how many are in the team `t`, at most so many. Only users that SCIM sees are in teams, so the index alone answers. */
function peopleUpTo(bound: number): string {
  return `(SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_team
    WHERE team_seq = t.seq AND team_seq IS NOT NULL AND removed_at IS NULL LIMIT ${bound}))`;
}

/** The teams behind a name in their order, those with the text in the name, each counted up to `bound`: for `readTeamPage`. */
export function selectTeamPage(db: D1Database, sought: string, after: string, bound: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT id, name, created_at AS createdAt, ${peopleUpTo(bound)} AS people
       FROM (SELECT * FROM teams WHERE name > ?1 AND (?2 = '' OR instr(name_key, ?2)) ORDER BY name LIMIT ${TEAMS + 1}) AS t
       ORDER BY name`,
    )
    .bind(after, fold(sought));
}

export interface TeamPage {
  readonly teams: readonly ListedTeam[];
  /** The name to go on behind; undefined where the list ends. */
  readonly next: string | undefined;
}

/** The page that a result of `selectTeamPage` is. */
export function readTeamPage(result: D1Result | undefined): TeamPage {
  const rows = (result?.results ?? []) as unknown as ListedTeam[];
  const teams = rows.slice(0, TEAMS);
  return { teams, next: rows.length > TEAMS ? teams.at(-1)?.name : undefined };
}

/** The team with this id, counted up to `bound`: one row of type `ListedTeam`, or none. */
export function selectOneTeam(db: D1Database, id: string, bound: number): D1PreparedStatement {
  return db
    .prepare(`SELECT id, name, created_at AS createdAt, ${peopleUpTo(bound)} AS people FROM teams AS t WHERE id = ?`)
    .bind(id);
}

/** A division that names no team, and how many people have it who are in no team, or in the one of first sign-ins. */
export interface AskedTeam {
  readonly division: string;
  readonly people: number;
}

export interface Asked {
  /** The most wanted ones, most people first. */
  readonly divisions: readonly AskedTeam[];
  /** Everybody who asks for a team that there is not, among those who were looked at. */
  readonly people: number;
  /** How many users were looked at, where there are more. */
  readonly looked: number | undefined;
}

export interface AskedLimits {
  /** How many users are looked at, the newest ones. */
  readonly looked: number;
  readonly divisions: number;
}

const LIMITS: AskedLimits = { looked: 10_000, divisions: 20 };

interface AskedRow extends AskedTeam {
  readonly everybody: number;
  readonly isMore: number;
}

/** Which divisions name no team, for `readAsked`. Rows of users are never deleted, so the newest `seq` counts them. */
export function selectAsked(db: D1Database, limits: AskedLimits = LIMITS): D1PreparedStatement {
  const newest = `SELECT attributes, team_seq, login_type, removed_at FROM users ORDER BY seq DESC LIMIT ${limits.looked}`;
  return db.prepare(
    `SELECT division, count(*) AS people, sum(count(*)) OVER () AS everybody,
       (SELECT max(seq) FROM users) > ${limits.looked} AS isMore
     FROM (SELECT ${DIVISION_SQL} AS division FROM (${newest}) WHERE ${UNPLACED})
     WHERE division <> '' AND NOT EXISTS (SELECT 1 FROM teams WHERE name = division)
     GROUP BY division ORDER BY people DESC, division LIMIT ${limits.divisions}`,
  );
}

/** What the result of `selectAsked` says. */
export function readAsked(result: D1Result | undefined, { looked }: AskedLimits = LIMITS): Asked {
  const rows = (result?.results ?? []) as unknown as AskedRow[];
  const divisions = rows.map(({ division, people }) => ({ division, people }));
  return { divisions, people: rows[0]?.everybody ?? 0, looked: rows[0]?.isMore === 1 ? looked : undefined };
}

/** A member of a team. */
export interface TeamMember {
  readonly userName: string;
  readonly role: string;
  readonly active: number;
}

/** The people in the team of that name, in the order in which they came, at most so many. */
export async function listMembers(db: D1Database, name: string, limit: number): Promise<Result<readonly TeamMember[]>> {
  const outcome = await readBatch(db, [
    db
      .prepare(
        `SELECT user_name AS userName, role, active FROM users
         WHERE team_seq = (SELECT seq FROM teams WHERE name = ?) AND removed_at IS NULL ORDER BY seq LIMIT ?`,
      )
      .bind(name, limit),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok((outcome.results[0]?.results ?? []) as unknown as TeamMember[]);
}

/** Which divisions name no team, as `selectAsked` has them. */
export async function listAsked(db: D1Database): Promise<Result<Asked>> {
  const outcome = await readBatch(db, [selectAsked(db)]);
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(readAsked(outcome.results[0]));
}
