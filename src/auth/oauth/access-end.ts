// The end of one access: what an admin allowed a client by one consent. Other consents of the client, and its secrets, stay.
import type { Env, Sources } from '../../env.ts';
import { fail, ok, type Result } from '../../failure.ts';
import { guard } from '../../storage/guard.ts';
import { type Author, authorOf } from '../../storage/journal.ts';
import { auditedCommit } from '../audited-commit.ts';

export interface EndedAccess extends Author {
  readonly clientId: string;
  /** Of the code, and of all tokens that came of it. */
  readonly grantId: string;
}

const STANDS = `EXISTS (SELECT 1 FROM oauth_codes AS c CROSS JOIN oauth_tokens AS t ON t.grant_id = c.grant_id
  WHERE c.grant_id = ? AND c.key_id = ?)`;

/** Ends all tokens of the access. Fails with `resource_not_found` where the client has none of it, also because somebody else has ended
 * it, or like storage does. */
export async function endAccess(env: Pick<Env, 'DB'>, sources: Sources, wanted: EndedAccess): Promise<Result<true>> {
  const { clientId, grantId } = wanted;
  const end = env.DB.prepare('DELETE FROM oauth_tokens WHERE grant_id = ? AND key_id = ?').bind(grantId, clientId);
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.access_ended',
    subject: clientId,
    ...authorOf(wanted),
    attributes: [],
    guards: [guard(env.DB, 'state', STANDS, grantId, clientId)],
    statements: [end],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.kind === 'committed') return ok(true);
  return fail('resource_not_found', 'Nothing was changed: this access has ended already.');
}
