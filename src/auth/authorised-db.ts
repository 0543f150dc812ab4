// D1 behind a key: the first read asks whether the key is alive, every commit asks again as its first guard, and until one of
// them has said yes nothing may be answered but 401. Portal and principal come with the first read, for free.

import { lastKnownPortal, type Portal, readPortal } from '../directory/portal.ts';
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { type Commit, commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { GuardName } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import { type AuthorisationRow, authoriseStatement, keyGuard } from './authorise.ts';
import { credentialUnknown } from './credential.ts';
import type { KeyCandidate } from './key-lookup.ts';

/** What became of a commit that D1 answered: `lost` names a guard other than the key's. */
export type AuthorisedCommit =
  | { readonly kind: 'committed'; readonly results: readonly D1Result[] }
  | { readonly kind: 'lost'; readonly guard: GuardName };

export interface Authorised {
  readonly principal: AuthorisationRow;
  readonly portal: Portal;
  /** One result a statement, in order. */
  readonly results: readonly D1Result[];
}

export class AuthorisedDb {
  readonly db: D1Database;
  readonly key: KeyCandidate;
  readonly #nowMs: number;
  #confirmed = false;
  #principal: AuthorisationRow | undefined;
  #portal: Portal | undefined;
  #abandoned: string | undefined;

  constructor(env: Pick<Env, 'DB'>, key: KeyCandidate, sources: Sources) {
    this.db = env.DB;
    this.key = key;
    this.#nowMs = sources.nowMs();
  }

  /** Whether D1 has said in this request that the key is alive. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** What the first read learned of the key, if there was a read. */
  get principal(): AuthorisationRow | undefined {
    return this.#principal;
  }

  /** The portal as the last read found it, if there was a read. */
  get portalRead(): Portal | undefined {
    return this.#portal;
  }

  /** The mutation id of a write that got no answer: it may have taken effect, or still do. */
  get abandoned(): string | undefined {
    return this.#abandoned;
  }

  /** Runs SELECTs in one D1 call, behind the question whether the key is alive; where it is not, none of them runs. */
  async read(statements: readonly D1PreparedStatement[]): Promise<Result<Authorised>> {
    const outcome = await readBatch(this.db, [authoriseStatement(this.db, this.key, this.#nowMs), ...statements]);
    if (outcome.kind === 'fault') {
      const { fault } = outcome;
      const isDead = fault.kind === 'guard' && fault.guard === 'key';
      return isDead ? { ok: false, failure: credentialUnknown(this.key.form) } : faultFailure(outcome);
    }
    const [authorisation, ...results] = outcome.results;
    const principal = (authorisation?.results as AuthorisationRow[] | undefined)?.[0];
    if (!principal) throw new Error('the authorising statement neither refused nor answered');
    this.#confirmed = true;
    this.#principal = principal;
    this.#portal = await readPortal(principal);
    return ok({ principal, portal: this.#portal, results });
  }

  /** The portal as far as this isolate knows it, which costs nothing; a call only the first time. */
  async portal(): Promise<Result<Portal>> {
    const known = lastKnownPortal();
    if (known) return ok(known);
    const read = await this.read([]);
    return read.ok ? ok(read.value.portal) : read;
  }

  /** Runs one write batch under the key's guard. */
  async commit(work: Commit): Promise<Result<AuthorisedCommit>> {
    const outcome = await commit(this.db, {
      ...work,
      guards: [keyGuard(this.db, this.key, this.#nowMs), ...work.guards],
    });
    if (outcome.kind === 'fault') {
      if (outcome.fault.kind === 'stalled') this.#abandoned = work.mutationId;
      return faultFailure(outcome);
    }
    if (outcome.kind === 'lost' && outcome.guard === 'key') {
      return { ok: false, failure: credentialUnknown(this.key.form) };
    }
    this.#confirmed = true;
    return ok(outcome);
  }
}
