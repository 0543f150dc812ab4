// An admin adds a person of the identity provider by hand, before the provider does: made exactly as a POST of SCIM makes one, so that
// the provider finds the user by the userName and goes on from there.
import { fail, ok, type Result } from '../failure.ts';
import type { JsonObject } from '../scim/json.ts';
import { readResource } from '../scim/resource.ts';
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { authorOf } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { INSERTED } from '../storage/user-writes.ts';
import { rolesToGive, roleWord } from './account-rights.ts';
import type { Portal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { unprovisionedGuard } from './provisioning.ts';
import { noSuchTeam, teamGuard } from './team-guard.ts';
import { type Creation, creationOf } from './user-creation.ts';
import { decideCreate, type NewUser } from './user-decisions.ts';
import { roleAttribute } from './user-roles.ts';

/** What an admin says of a person. Empty texts are no value. */
export interface PersonToAdd {
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  /** The name of a team. Where the division decides, it becomes the division. */
  readonly team: string;
  readonly role: string;
}

/** What is decided by; `isProvisioned` as `readProvisioned` gives it. */
export interface Deciders {
  readonly portal: Portal;
  readonly isProvisioned: boolean;
}

/** Who has a userName already. */
export interface NameHolder {
  readonly seq: number;
  readonly userName: string;
  readonly active: number;
}

/** `mailOf` is the mutation id of a mail to every admin. */
export type Added =
  | { readonly kind: 'added'; readonly seq: number; readonly mailOf?: string }
  | { readonly kind: 'taken'; readonly holder: NameHolder };

/** Adds a person. Fails with `invalid_value` for what a SCIM POST would be refused for, and for a role that is not given here;
 * with `too_much_contention` where the portal changed meanwhile, and like storage. */
export async function addPerson(
  context: SettingsContext,
  deciders: Deciders,
  person: PersonToAdd,
): Promise<Result<Added>> {
  const decided = decide(person, deciders);
  if (!decided.ok) return decided;
  const { portal, isProvisioned } = deciders;
  const { user, attributes, team, isRoleChosen } = decided.value;
  const { db, sources } = context;
  const author = { attributes, ...authorOf(context) };
  const creation = creationOf(db, sources, portal, user, author);
  const { guards } = creation.commit;
  const more = [
    ...(isRoleChosen && !isProvisioned ? [unprovisionedGuard(db, Math.trunc(sources.nowMs()))] : []),
    ...(team === undefined ? [] : [teamGuard(db, team)]),
  ];
  const outcome = await commit(db, { ...creation.commit, guards: [...guards, ...more] });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  if (outcome.kind === 'committed') {
    const written = outcome.results[INSERTED]?.results[0] as { seq: number } | undefined;
    return added(db, creation, written?.seq);
  }
  if (outcome.guard === 'team') return noSuchTeam();
  return outcome.guard === 'unique' ? taken(db, user.userNameKey) : changed();
}

interface Decided {
  readonly user: NewUser;
  readonly attributes: readonly string[];
  /** The name of a team that must be there. */
  readonly team?: string;
  /** Whether it is another role than the one that they get without anybody's choice. */
  readonly isRoleChosen: boolean;
}

function decide(person: PersonToAdd, deciders: Deciders): Result<Decided> {
  const { portal } = deciders;
  const read = readResource(portal.userSchema, resourceOf(person, portal));
  if (!read.ok) return read;
  const decided = decideCreate({ resource: read.value.resource, named: read.value.present }, portal);
  if (!decided.ok) return decided;
  const attributes = [...read.value.present];
  const refusal = whyNotRole(person.role, decided.value.role, deciders);
  if (refusal !== undefined) return fail('invalid_value', `${refusal} Nobody was added.`);
  const byHand = portal.policy.teamBy === 'portal' && person.team !== '';
  const user = { ...decided.value, role: person.role, ...(byHand ? { team: person.team } : {}) };
  const isRoleChosen = person.role !== decided.value.role;
  const own = [...(isRoleChosen ? [roleWord(person.role, portal)] : []), ...(byHand ? ['team'] : [])];
  return ok({ user, attributes: [...attributes, ...own], isRoleChosen, ...(byHand ? { team: person.team } : {}) });
}

/** Why a new person cannot have that role; `given` is the one that they get without anybody's choice. */
function whyNotRole(role: string, given: string, { portal, isProvisioned }: Deciders): string | undefined {
  const { roles } = portal.policy;
  if (role === given) return undefined;
  if (!roles.includes(role)) return `The role must be one of ${roles.join(', ')}.`;
  if (rolesToGive({ loginType: 'saml', role: given, isProvisioned }, portal).includes(role)) return undefined;
  return `The identity provider decides over the roles of those it manages, by ${roleAttribute(portal)}: set the role there.`;
}

/** What an identity provider would send. */
function resourceOf({ userName, givenName, familyName, team }: PersonToAdd, { policy }: Portal): JsonObject {
  const name = { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) };
  return {
    userName,
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(policy.teamBy === 'division' && team ? { [ENTERPRISE_USER]: { division: team } } : {}),
  };
}

/** Where the batch went through in an earlier try whose answer was lost, its row is read. */
async function added(db: D1Database, { id, commit: { mutationId }, hasMail }: Creation, written: number | undefined) {
  const seq =
    written === undefined
      ? await one<{ seq: number }>(db, 'SELECT seq FROM users WHERE id = ?', id)
      : ok({ seq: written });
  if (!seq.ok) return seq;
  if (seq.value === undefined) return changed();
  return ok({ kind: 'added' as const, seq: seq.value.seq, ...(hasMail ? { mailOf: mutationId } : {}) });
}

async function taken(db: D1Database, userNameKey: string): Promise<Result<Added>> {
  const select = 'SELECT seq, user_name AS userName, active FROM users WHERE user_name_key = ? AND removed_at IS NULL';
  const holder = await one<NameHolder>(db, select, userNameKey);
  if (!holder.ok) return holder;
  return holder.value === undefined ? changed() : ok({ kind: 'taken', holder: holder.value });
}

async function one<Row>(db: D1Database, sql: string, value: string): Promise<Result<Row | undefined>> {
  const read = await readBatch(db, [db.prepare(sql).bind(value)]);
  if (read.kind === 'fault') return faultFailure(read);
  return ok((read.results[0]?.results as Row[] | undefined)?.[0]);
}

function changed() {
  return fail('too_much_contention', 'The portal was changed at the same time. Nobody was added; try again.');
}
