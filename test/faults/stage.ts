// Where a scenario is played: the portal with everything in it, and a clock and randomness that repeat themselves.
import { env } from 'cloudflare:workers';
import type { Env, Sources } from '../../src/env.ts';
import type { Faults } from '../support/faults.ts';
import { WatchedMail } from '../support/mails.ts';
import { type Portal, type Reply, START_MS, sendTo } from '../support/portal.ts';

/** A clock that moves when told; random bytes that count. */
export class CountedSources implements Sources {
  ms = START_MS;
  drawn = 0;
  readonly nowMs = () => this.ms;
  readonly randomBytes = (length: number) => {
    this.drawn += 1;
    const bytes = new Uint8Array(length);
    for (let i = 0, rest = this.drawn; rest > 0; i++, rest >>>= 5) bytes[length - 1 - i] = rest & 31;
    return bytes;
  };
}

/** One play of a scenario: whatever is done through `env` may be killed. */
export interface Stage {
  readonly portal: Portal;
  readonly sources: CountedSources;
  readonly env: Env;
  /** Ids that `prepare` wants to be known to `act`. */
  readonly known: Record<string, string>;
  /** A request to the Worker, through `env`. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Reply>;
}

/** What a play has besides. */
export interface Play {
  readonly stage: Stage;
  readonly mail: WatchedMail;
  /** Whether the client got an answer from a worker that was alive. */
  answered: boolean;
}

/** A stage whose storage is under `faults`. */
export function playUnder(faults: Faults, portal: Portal, known: Record<string, string>): Play {
  const sources = new CountedSources();
  const mail = new WatchedMail();
  const bindings = faults.over({ ...env, EMAIL: mail.binding } as Env);
  const authorization = `Basic ${btoa(`${portal.username}:${portal.password}`)}`;
  const play: Play = { stage: undefined as unknown as Stage, mail, answered: false };
  const answered = () => {
    play.answered = !faults.dead;
  };
  const send: Stage['send'] = (method, path, body) =>
    sendTo(bindings, sources, method, path, body, { headers: { authorization }, answered });
  return Object.assign(play, { stage: { portal, sources, env: bindings, known, send } });
}
