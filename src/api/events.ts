// The feed for the vendor's product: what changed in this portal, read from the journal. In order, one event a change and none
// without, and replayable from any number that is still kept.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { JournalRule, JournalType } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';

/** What of the journal is a change of the portal. Keys, settings, uploads and what was ignored are the portal's own business. */
const IS_EVENT = {
  'user.created': true,
  'user.updated': true,
  'user.deactivated': true,
  'user.reactivated': true,
  'user.deleted': true,
  'user.admin_granted': true,
  'user.admin_revoked': true,
  'user.ignored': false,
  'user.link_made': false,
  'group.created': true,
  'group.updated': true,
  'group.member_added': true,
  'group.member_removed': true,
  'group.deleted': true,
  'key.created': false,
  'key.used_for_scim': false,
  'key.rotated': false,
  'key.revoked': false,
  'key.allowed': false,
  'key.access_ended': false,
  'key.secret_made': false,
  'key.secret_revoked': false,
  'impersonation.began': false,
  'impersonation.ended': false,
  'portal.changed': false,
  'mail.retried': false,
  'workspace.created': true,
  'workspace.archived': true,
  'workspace.restored': true,
  'workspace.transferred': true,
  'workspace.deleted': true,
  'destruction.held': false,
  'destruction.released': false,
  'file.created': false,
  'message.created': false,
  'write.abandoned': false,
} as const satisfies Record<JournalType, boolean>;

type EventTypes = { [Type in JournalType]: (typeof IS_EVENT)[Type] extends true ? Type : never };

export type EventType = EventTypes[JournalType];

export interface PortalEvent {
  /** Grows by at least one from event to event. */
  readonly seq: number;
  /** The same however often the event is read. */
  readonly id: string;
  readonly type: EventType;
  /** The id of the user, group or workspace. */
  readonly subject: string;
  /** The id of a key or of a user, `cli`, or `cron` for what fell due. `ADMIN as ACCOUNT`, both ids, of an admin who acts for a
   * service account; behind the last ` as ` there is nothing where a user's id would look like something else. */
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Names of the attributes that changed, never values. */
  readonly attributes: readonly string[];
  /** What shaped the change: a user is created without access by `created_inactive` and `brake_restored_inactive`. */
  readonly rule?: JournalRule;
  /** The X-Request-Id of the request that made the change. */
  readonly requestId?: string;
}

export interface EventPage {
  readonly events: readonly PortalEvent[];
  /** What to ask for `after` the next time. It is also behind what is no event. */
  readonly next: number;
  /** Whether there is more behind `next` already; a page can be empty and there is. */
  readonly more: boolean;
  /** True where events after `after` are no longer kept, or `after` was never reached (the database was set back): whoever
   * follows has missed some, and should read the directory anew. */
  readonly gap: boolean;
}

/** The most rows of a page. */
const MAX_LIMIT = 1_000;

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly type: JournalType;
  readonly subject: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly rule: JournalRule | null;
  readonly attributes: string;
  readonly at: number;
}

/** The events behind number `after` (0: from the beginning), of the next `limit` journal rows, oldest first. Reads at most
 * `limit` + 2 rows. Fails only as storage does. */
export async function readEvents(
  db: D1Database,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Result<EventPage>> {
  const from = Math.max(0, Math.trunc(after) || 0);
  const count = Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_LIMIT);
  const select = db
    .prepare(
      `SELECT seq, mutation_id AS id, type, subject, actor, request_id AS requestId, rule, attributes, at FROM journal
       WHERE seq >= ? ORDER BY seq LIMIT ?`,
    )
    .bind(from, count + 2);
  const read = await readBatch(db, [select]);
  if (read.kind === 'fault') return faultFailure(read);
  const found = (read.results[0]?.results ?? []) as unknown as Row[];
  // The newest row is never forgotten and numbers have no gaps, so the row `after` or the one behind it is there.
  const gap = found[0] === undefined ? from > 0 : found[0].seq > from + 1;
  const behind = found.filter(({ seq }) => seq > from);
  const rows = behind.slice(0, count);
  const next = rows.at(-1)?.seq ?? from;
  return ok({ events: rows.flatMap(asEvent), next, more: behind.length > count, gap });
}

function asEvent(row: Row): PortalEvent[] {
  const { type, requestId, rule, attributes, at, ...rest } = row;
  if (!isEventType(type)) return [];
  return [
    {
      ...rest,
      type,
      at: new Date(at).toISOString(),
      attributes: JSON.parse(attributes),
      ...(rule === null ? {} : { rule }),
      ...(requestId === null ? {} : { requestId }),
    },
  ];
}

function isEventType(type: JournalType): type is EventType {
  return IS_EVENT[type];
}
