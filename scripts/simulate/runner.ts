// Plays a dialogue step by step: skips what depends on a failed step, stops when the server is gone, and tidies up
// the users that a failed step left behind. It knows neither identity providers nor terminals.
import { forEachParallel } from './crowd.ts';
import { Unreachable } from './http-client.ts';
import { type Dialogue, type Outcome, playTurns, type Session, type Step } from './step.ts';

export interface Row {
  readonly step: Step;
  readonly verdict: 'ok' | 'FAIL' | 'skipped';
  /** Absent where the step was not played to its end. */
  readonly outcome?: Outcome;
  readonly problem?: string;
}

export interface Report {
  readonly rows: readonly Row[];
  /** User names that could not be tidied up. */
  readonly leftOver: readonly string[];
}

/** Rejects with `Unreachable` when not even the first step got an answer; later losses are rows of the report. */
export async function runDialogue(dialogue: Dialogue, session: Session): Promise<Report> {
  const steps = dialogue.steps.filter((step) => !step.forCrowd || session.others.length > 0);
  const played = new Set(steps.map((step) => step.title));
  const green = new Set<string>();
  const rows: Row[] = [];
  let gone = false;
  for (const step of steps) {
    const needs = (step.needs ?? []).filter((title) => played.has(title));
    if (gone || !needs.every((title) => green.has(title))) {
      rows.push({ step, verdict: 'skipped' });
      continue;
    }
    const row = await playStep(step, session, rows.length === 0);
    if (row.verdict === 'ok') green.add(step.title);
    gone = row.verdict === 'FAIL' && row.outcome === undefined;
    rows.push(row);
  }
  return { rows, leftOver: gone ? leftOvers(dialogue, session) : await tidyUp(dialogue, session) };
}

async function playStep(step: Step, session: Session, isFirst: boolean): Promise<Row> {
  try {
    const outcome = await step.play(session);
    if (outcome.problem === undefined) return { step, verdict: 'ok', outcome };
    return { step, verdict: 'FAIL', outcome, problem: outcome.problem };
  } catch (error) {
    if (!(error instanceof Unreachable) || isFirst) throw error;
    return { step, verdict: 'FAIL', problem: error.message };
  }
}

async function tidyUp(dialogue: Dialogue, session: Session): Promise<string[]> {
  const failed: string[] = [];
  const actors = [session.first, ...session.others].filter((actor) => dialogue.isLeftOver(actor));
  await forEachParallel(actors, async (actor) => {
    const played = await playTurns(session.send, actor, [dialogue.cleanUp]).catch((error: unknown) => {
      if (error instanceof Unreachable) return { problem: error.message };
      throw error;
    });
    if (played.problem !== undefined) failed.push(actor.person.userName);
  });
  return failed;
}

function leftOvers(dialogue: Dialogue, session: Session): string[] {
  return [session.first, ...session.others]
    .filter((actor) => dialogue.isLeftOver(actor))
    .map((actor) => actor.person.userName);
}
