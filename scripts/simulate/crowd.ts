// Steps that concern all the other users of a run at once: the same turns as for the first user, several users in
// parallel as a provisioning engine does it, reported as one row of the table.
import { type Actor, type Exchange, type Outcome, playTurns, type Session, type Step, type Turn } from './step.ts';

const parallelUsers = 8;

/** One step that plays the turns for every other user; it fails with the first problem and the number of users hit. */
export function crowdStep(about: Omit<Step, 'play'>, ...turns: readonly Turn[]): Step {
  return { ...about, forCrowd: true, play: (session) => playCrowd(session, about.title, turns) };
}

async function playCrowd(session: Session, title: string, turns: readonly Turn[]): Promise<Outcome> {
  const exchanges: Exchange[] = [];
  const problems: string[] = [];
  session.progress.start(title, session.others.length);
  try {
    await forEachParallel(session.others, async (actor) => {
      const played = await playTurns(session.send, actor, turns);
      exchanges.push(...played.exchanges);
      if (played.problem !== undefined) problems.push(`${actor.person.userName}: ${played.problem}`);
      session.progress.tick();
    });
  } finally {
    session.progress.stop();
  }
  const problem =
    problems.length === 0
      ? undefined
      : `${problems.length} of ${session.others.length} users failed, the first is ${problems[0]}`;
  return { exchanges, many: true, problem };
}

/** Runs `work` for every actor, at most eight at a time; after a rejection no further actor is begun. */
export async function forEachParallel(actors: readonly Actor[], work: (actor: Actor) => Promise<void>): Promise<void> {
  const queue = [...actors];
  const lanes = Array.from({ length: Math.min(parallelUsers, actors.length) }, async () => {
    for (let actor = queue.shift(); actor !== undefined; actor = queue.shift()) {
      await work(actor).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  });
  await Promise.all(lanes);
}
