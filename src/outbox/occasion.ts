// What a mail tells, read when it goes out: the change, the person, who did it, and how the portal stands now.
import { actorSql } from '../storage/actor.ts';
import { HOUR_MS } from './back-off.ts';

/** One row; times are UTC milliseconds. What is not there any more, or never was, is null. */
export interface Occasion {
  readonly kind: 'admin_granted' | 'admin_revoked' | 'brake_engaged' | 'sso_changed';
  readonly mutationId: string;
  readonly subject: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly createdAt: number;
  /** The journal's word for the change, and its attribute names as JSON. */
  readonly changeType: string | null;
  readonly rule: string | null;
  readonly attributes: string | null;
  readonly userName: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly active: number | null;
  /** Where the actor is a key. */
  readonly keyLabel: string | null;
  readonly keyUsername: string | null;
  /** 1 where that is a client of OAuth. */
  readonly keyIsClient: 0 | 1 | null;
  /** Where the actor is a person. */
  readonly actorName: string | null;
  /** The service account that this person acted for. */
  readonly actingForName: string | null;
  readonly portalName: string;
  readonly activeCount: number;
  readonly adminCount: number;
  /** Deactivations by SCIM within the hour before the brake engaged, as far as the portal still knows them. */
  readonly recentCount: number;
}

const BY = actorSql('o.actor');

/** One row of type `Occasion` for a row of the outbox. */
export function selectOccasion(db: D1Database, seq: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT o.kind, o.mutation_id AS mutationId, o.subject, o.actor, o.request_id AS requestId, o.created_at AS createdAt,
         j.type AS changeType, j.rule, j.attributes, u.user_name AS userName, u.given_name AS givenName,
         u.family_name AS familyName, u.active, k.label AS keyLabel, k.username AS keyUsername, k.purpose = 'oauth' AS keyIsClient, a.user_name AS actorName,
         coalesce(f.user_name, ${BY.actingFor}) AS actingForName,
         p.name AS portalName, p.active_count AS activeCount,
         (SELECT count(*) FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL) AS adminCount,
         (SELECT count(*) FROM json_each(p.recent_deactivations)
          WHERE value > o.created_at - ${HOUR_MS} AND value <= o.created_at) AS recentCount
       FROM outbox AS o JOIN portal AS p ON p.id = 1
         LEFT JOIN journal AS j ON j.mutation_id = o.mutation_id
         LEFT JOIN users AS u ON u.id = o.subject
         LEFT JOIN api_keys AS k ON k.id = o.actor
         LEFT JOIN users AS a ON a.id = ${BY.id}
         LEFT JOIN users AS f ON f.id = ${BY.actingFor}
       WHERE o.seq = ?`,
    )
    .bind(seq);
}
