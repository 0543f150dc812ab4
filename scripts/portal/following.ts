// `--follow`: the same look every two seconds until somebody presses Ctrl-C, and then an end as orderly as any.

const PAUSE_MS = 2_000;

/** Calls `look` again and again, never twice at once, until the process is asked to stop. */
export async function follow(look: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = () => stop.abort();
  for (const signal of signals) process.once(signal, end);
  while (!stop.signal.aborted) {
    await look();
    await pause(stop.signal);
  }
  for (const signal of signals) process.off(signal, end);
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
