// A binding that never answers must not hold up whoever waits for it. What becomes of a call that was cut off is not known: it may
// still take effect, so it is never repeated here. Timers are the runtime's own; tests put theirs in its place.

/** How long each kind of call may take. A look-up in KV decides nothing and D1 stands behind it, so little is waited for it. */
const LIMIT_MS = {
  D1: 5_000,
  R2: 5_000,
  'KV look-up': 1_000,
  'KV write': 5_000,
  'rate limit': 1_000,
  mail: 10_000,
} as const;

/** What is thrown in place of an answer that did not come. */
export class Stalled extends Error {
  constructor(what: keyof typeof LIMIT_MS) {
    super(`${what} did not answer within ${LIMIT_MS[what]} ms`);
  }
}

/** The answer of one call; rejects with `Stalled` when it takes too long, else as the call itself does. */
export async function answered<T>(what: keyof typeof LIMIT_MS, call: () => Promise<T>): Promise<T> {
  const answer = call();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cutOff = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stalled(what)), LIMIT_MS[what]);
  });
  try {
    return await Promise.race([answer, cutOff]);
  } finally {
    clearTimeout(timer);
  }
}
