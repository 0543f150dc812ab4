// Whether a client of OAuth is alive, asked as the guard of every write that is made for it: the same condition as for keys.
import { guard } from '../../storage/guard.ts';
import { KEY_STANDS, OWNER_ALIVE } from '../authorise.ts';

const CLIENT = `api_keys AS k CROSS JOIN users AS u ON u.seq = k.owner_seq CROSS JOIN oauth_clients AS c ON c.key_id = k.id
  WHERE ${KEY_STANDS} AND k.purpose = 'oauth' AND ${OWNER_ALIVE}`;

/** SQL: 1 where the client ?1 is alive at ?2, and its row fulfils `more` as well, with parameters from ?3 on. */
export function clientAlive(more = '1'): string {
  return `EXISTS (SELECT 1 FROM ${CLIENT} AND ${more})`;
}

/** The guard `key`: the client is alive at `nowMs`. */
export function clientGuard(
  db: D1Database,
  clientId: string,
  nowMs: number,
  more = '1',
  ...values: unknown[]
): D1PreparedStatement {
  return guard(db, 'key', clientAlive(more), clientId, nowMs, ...values);
}
