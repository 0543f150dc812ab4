// What the log's screens ask of the database, in the call that asks for the session.

import type { LogPosition, LogRequest } from '../../log/log-query.ts';
import { type LogPage, logPage, selectLog } from '../../log/provisioning-log.ts';
import { fold } from '../../scim/fold.ts';
import type { Addressed, SignedIn } from '../exchange.ts';
import { type Choice, questionOf, readChoice, readPosition, type Understood } from './choice.ts';

/** Entries of a page. */
export const PAGE_ENTRIES = 50;
/** Entries of a file. */
export const FILE_ENTRIES = 1_000;
const LISTED_KEYS = 50;

export interface ListedKey {
  readonly id: string;
  readonly label: string;
  readonly username: string;
  readonly revokedAt: number | null;
  /** 1 for a client of OAuth. */
  readonly isClient: 0 | 1;
}

export interface FoundUser {
  readonly seq: number;
  readonly userName: string;
  readonly removedAt: number | null;
}

interface Asked extends Understood {
  readonly choice: Choice;
}

/** What an address asks. */
export function askedOf({ url, sources }: Pick<Addressed, 'url' | 'sources'>): Asked {
  const choice = readChoice(url);
  return { choice, ...questionOf(choice, Math.trunc(sources.nowMs())) };
}

/** The statements of a page: the keys to choose from, the user who is asked for, and the log itself. */
export function selectPage(request: Addressed): readonly D1PreparedStatement[] {
  const { DB } = request.env;
  const { choice, question } = askedOf(request);
  const log = question ? selectLog(DB, { ...question, limit: PAGE_ENTRIES }) : [];
  return [selectKeys(DB, choice.key), selectUser(DB, choice.user), ...log];
}

export interface PageRead extends Asked {
  readonly keys: readonly ListedKey[];
  readonly user: FoundUser | undefined;
  /** Without names; nothing where the address could not be understood. */
  readonly page: LogPage | undefined;
}

/** What the results of `selectPage` say. */
export function readPage(screen: SignedIn): PageRead {
  const asked = askedOf(screen);
  const [keys, users, ...log] = screen.results;
  return {
    ...asked,
    keys: (keys?.results ?? []) as unknown as ListedKey[],
    user: users?.results[0] as unknown as FoundUser | undefined,
    page: asked.question && logPage({ ...asked.question, limit: PAGE_ENTRIES }, log),
  };
}

function selectKeys(db: D1Database, chosen: string | undefined): D1PreparedStatement {
  const columns = "id, label, username, revoked_at AS revokedAt, purpose = 'oauth' AS isClient";
  return db
    .prepare(
      `SELECT * FROM (SELECT ${columns} FROM api_keys ORDER BY rowid DESC LIMIT ${LISTED_KEYS})
       UNION SELECT ${columns} FROM api_keys WHERE id = ? ORDER BY 2, 1`,
    )
    .bind(chosen ?? '');
}

function selectUser(db: D1Database, user = ''): D1PreparedStatement {
  const columns = 'seq, user_name AS userName, removed_at AS removedAt';
  return db
    .prepare(
      `SELECT ${columns} FROM users WHERE id = ?1
       UNION ALL SELECT ${columns} FROM users WHERE user_name_key = ?2 AND removed_at IS NULL LIMIT 1`,
    )
    .bind(user, fold(user));
}

/** What a live view asks: what came behind a place, and how many entries the window shows already. */
export interface LiveAsked {
  readonly choice: Choice;
  readonly after: LogPosition;
  readonly shown: number;
  readonly request: LogRequest;
}

/** The live question of an address; undefined where it is none. */
export function liveAskedOf(request: Pick<Addressed, 'url' | 'sources'>): LiveAsked | undefined {
  const { choice, question } = askedOf(request);
  const { searchParams } = request.url;
  const after = readPosition(searchParams.get('after') ?? '');
  const shown = /^\d{1,6}$/.test(searchParams.get('shown') ?? '') ? Number(searchParams.get('shown')) : undefined;
  if (!question || question.before || !after || shown === undefined) return undefined;
  return { choice, after, shown, request: { filter: question.filter, after, limit: PAGE_ENTRIES } };
}

/** The statements of a live view: a few rows read while nothing is new. */
export function selectLive(request: Addressed): readonly D1PreparedStatement[] {
  const asked = liveAskedOf(request);
  return asked ? selectLog(request.env.DB, asked.request) : [];
}

/** The statements of a file. */
export function selectFile(request: Addressed): readonly D1PreparedStatement[] {
  const { question } = askedOf(request);
  return question ? selectLog(request.env.DB, { ...question, limit: FILE_ENTRIES }) : [];
}
