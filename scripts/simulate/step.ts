// A dialogue is a list of steps, a step is a list of turns (one request and what its answer must be), and an actor is
// the user a turn is about. The same turn serves the single-user dialogue and a crowd of users in parallel.
import { asObject, type Check } from './answer-checks.ts';
import type { Answer, Call, JsonObject, Send } from './http-client.ts';
import type { Person } from './people.ts';
import type { Progress } from './progress.ts';

/** One user as the identity provider knows it: what it wants, and what the server has answered so far. */
export interface Actor {
  readonly person: Person;
  id: string | undefined;
  resource: JsonObject | undefined;
  state: 'absent' | 'active' | 'inactive';
}

export interface Turn {
  call(actor: Actor): Call;
  expect(actor: Actor): Check;
}

export interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly ms: number;
}

export interface Outcome {
  readonly exchanges: readonly Exchange[];
  /** True for steps of many users or pages, whose times are shown as percentiles. */
  readonly many: boolean;
  readonly problem?: string | undefined;
}

export interface Session {
  readonly send: Send;
  readonly first: Actor;
  readonly others: readonly Actor[];
  readonly progress: Progress;
}

export interface Step {
  readonly title: string;
  /** Titles of the steps without whose success this one makes no sense; those that are not played do not count. */
  readonly needs?: readonly string[];
  /** What the admin finds in the identity provider's own pages when this step fails. */
  readonly adminSees: string;
  /** Played only when the run has more than one user. */
  readonly forCrowd?: true;
  play(session: Session): Promise<Outcome>;
}

/** What sets one identity provider apart from the next, as data. */
export interface Dialect {
  /** The provider's name as its admins write it. */
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Media types that the provider accepts in answers. */
  readonly acceptedTypes: readonly string[];
  /** Path and query of the look-up by user name. */
  lookUpPath(userName: string): string;
  newExternalId(): string;
}

export interface Dialogue {
  readonly dialect: Dialect;
  readonly steps: readonly Step[];
  /** Sent at the end for every user that `isLeftOver`, when a failed step kept the dialogue from tidying up. */
  readonly cleanUp: Turn;
  isLeftOver(actor: Actor): boolean;
}

export function newActor(person: Person): Actor {
  return { person, id: undefined, resource: undefined, state: 'absent' };
}

/** A step of the single-user dialogue: its turns in order, up to the first problem. */
export function stepOf(about: Omit<Step, 'play'>, ...turns: readonly Turn[]): Step {
  return {
    ...about,
    play: async ({ send, first }) => ({ ...(await playTurns(send, first, turns)), many: false }),
  };
}

/** Plays the turns for one actor and remembers in it what the server answered. Rejects only when unreachable. */
export async function playTurns(
  send: Send,
  actor: Actor,
  turns: readonly Turn[],
): Promise<{ exchanges: Exchange[]; problem: string | undefined }> {
  const exchanges: Exchange[] = [];
  for (const turn of turns) {
    const call = turn.call(actor);
    const check = turn.expect(actor);
    const answer = await send(call);
    exchanges.push(exchangeOf(call, answer));
    remember(actor, call, answer);
    const problem = check(answer);
    if (problem !== undefined) return { exchanges, problem };
  }
  return { exchanges, problem: undefined };
}

export function exchangeOf(call: Call, answer: Answer): Exchange {
  return { request: `${call.method} ${call.shown}`, status: answer.status, ms: answer.ms };
}

/** Done before any check, so that a user whose creation looked wrong is still tidied up. */
function remember(actor: Actor, call: Call, answer: Answer): void {
  if (call.method === 'DELETE' && (answer.status < 300 || answer.status === 404)) {
    actor.state = 'absent';
    return;
  }
  const body = asObject(answer.body);
  if (answer.status >= 300 || body === undefined || typeof body['id'] !== 'string') return;
  actor.id = body['id'];
  actor.resource = body;
  actor.state = body['active'] === false ? 'inactive' : 'active';
}
