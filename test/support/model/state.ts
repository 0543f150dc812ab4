// What the portal should be, as plain records: written from the documented rules, without a look at the gateway's code. It is
// slow and knows nothing of tables, batches or guards.
import type { PresetName } from '../../../src/directory/presets.ts';
import { type Choices, PRESET_CHOICES } from './choices.ts';

/** Somebody that SCIM made. `id` and `seq` are empty until the portal has given them. */
export interface Person {
  id: string;
  seq: number;
  userName: string;
  externalId: string | null;
  given: string | null;
  family: string | null;
  title: string | null;
  role: string;
  active: boolean;
  removed: boolean;
  registration: number;
  version: number;
  createdMs: number;
  changedMs: number;
}

/** Who may own keys, workspaces and content: people, and the two accounts that SCIM does not manage. */
export interface Account {
  readonly seq: number;
  readonly id: string;
  readonly userName: string;
  role: string;
  readonly active: boolean;
  readonly removed: boolean;
  readonly registration: number;
}

export interface Group {
  id: string;
  seq: number;
  displayName: string;
  readonly members: Set<Person>;
  version: number;
  changedMs: number;
}

export interface Key {
  readonly keyId: string;
  readonly username: string;
  readonly password: string;
  readonly owner: Account;
  readonly expiresMs: number;
  revoked: boolean;
}

export interface Workspace {
  readonly id: string;
  owner: Account;
  state: 'active' | 'archived' | 'deleted';
  /** While archived or deleted. */
  archivedMs: number;
  dueMs: number;
  /** Under a legal hold: the cron leaves it alone, whatever its date. */
  held: boolean;
}

/** A file or a message. `doomed` content may be there or not until a worker that nothing disturbed has passed. */
export interface Content {
  readonly id: string;
  readonly table: 'files' | 'messages';
  readonly owner: Account;
  registration: number;
  readonly workspace: Workspace | undefined;
  /** In the bytes; a file has another one in its name. */
  readonly mark: string;
  readonly nameMark: string | undefined;
  readonly bytes: number;
  /** The bytes of an upload that was cut off before its row: a purge of their place takes them, and nothing else does. */
  readonly rowless: boolean;
  fate: 'live' | 'doomed' | 'gone';
  dueMs: number;
  /** The registration whose end condemned it, and whether a legal hold keeps it since. */
  doomedWith: number;
  held: boolean;
}

/** What the brake took of somebody's row and keeps for an admin to decide. `released` ones go with the next cron. */
export interface HeldAccount {
  readonly person: Person;
  readonly registration: number;
  readonly atMs: number;
  /** The person as it was before, and its version after. */
  readonly before: Person;
  readonly version: number;
  readonly takesProfile: boolean;
  /** Those that it ended, and that nobody revoked by itself since. */
  keys: readonly Key[];
  readonly groups: readonly Group[];
  fate: 'held' | 'released' | 'gone';
}

/** A line of the journal that must be there; the subject's id may not be known yet. */
export interface Noted {
  readonly type: string;
  readonly subject: { readonly id: string };
}

export class Model {
  nowMs: number;
  readonly choices: Choices;
  /** Those that the portal has made itself; to make one again changes nothing. */
  readonly own: Partial<Choices> = {};
  /** In the order of the list. */
  readonly people: Person[] = [];
  /** The owner of the first key, whom nobody signs in as. */
  readonly service: Account;
  /** The break-glass account: it signs in with a password. */
  readonly breakGlass: Account;
  readonly groups: Group[] = [];
  readonly keys: Key[] = [];
  readonly workspaces: Workspace[] = [];
  readonly contents: Content[] = [];
  readonly noted: Noted[] = [];
  readonly heldAccounts: HeldAccount[] = [];
  /** When access ended, for the brake; and whether it is engaged. */
  readonly ends: number[] = [];
  brakeEngaged = false;
  /** Whether anybody has held or released rows, or moved workspaces: what the brake holds may then be in parts. */
  handled = false;
  /** Every time a workspace was archived, which the journal says a little later. */
  readonly archivings: Noted[] = [];
  /** Changes of anybody's admin rights, of which all admins have to be told. */
  readonly rights: Noted[] = [];
  /** When a fault last hit something: until a minute later, a worker's lease may hold work up. */
  lastFaultMs = Number.NEGATIVE_INFINITY;
  #marks = 0;

  constructor(preset: PresetName, nowMs: number, service: Account, breakGlass: Account) {
    this.choices = { ...PRESET_CHOICES[preset] };
    this.nowMs = nowMs;
    this.service = service;
    this.breakGlass = breakGlass;
  }

  nextNumber(): number {
    this.#marks += 1;
    return this.#marks;
  }

  /** Who SCIM sees. */
  visible(): Person[] {
    return this.people.filter(({ removed }) => !removed);
  }

  /** Whoever has the name now, people or not. */
  holderOf(userName: string): Person | Account | undefined {
    const key = userName.toLowerCase();
    return [...this.people, this.service, this.breakGlass].find(
      (one) => !one.removed && one.userName.toLowerCase() === key,
    );
  }

  /** Whether another active admin who can sign in is left. */
  hasOtherAdmin(than: Person): boolean {
    return [...this.people, this.breakGlass].some(
      (one) => one !== than && one.active && one.role === 'admin' && !one.removed,
    );
  }

  isAlive({ revoked, owner, expiresMs }: Key): boolean {
    return !revoked && owner.active && !owner.removed && owner.role === 'admin' && this.nowMs < expiresMs;
  }

  note(type: string, subject: { readonly id: string }): void {
    this.noted.push({ type, subject });
  }
}
