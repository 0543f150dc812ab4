// Time for what never answers: the timers are the test's, and move on only while no binding is at work, so that on a slow machine
// nothing is given up but what the test lets stall.
import { vi } from 'vitest';
import type { Faults } from './faults.ts';

const STEP_MS = 250;
const realTimeout = setTimeout;

/** Lets everything happen that does not wait for a timer of the test. */
export const aMoment = (): Promise<unknown> => new Promise((resolve) => realTimeout(resolve, 1));

/** Moves the test's timers on until the work is over. */
export async function untilOver<T>(faults: Faults, work: Promise<T>): Promise<T> {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await aMoment();
    if (faults.running === 0) await vi.advanceTimersByTimeAsync(STEP_MS);
  }
  return done;
}

/** The same from the beginning of the work, whose bindings are under these faults. */
export async function timeFlies<T>(faults: Faults, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    return await untilOver(faults, work());
  } finally {
    vi.useRealTimers();
  }
}
