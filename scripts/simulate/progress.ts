// Shows that a long step is moving: a bar on a terminal, one plain line where the output goes to a file or a log.
// It writes to stderr, so that stdout holds the table and nothing else.
import cliProgress from 'cli-progress';

export interface Progress {
  start(title: string, total: number): void;
  tick(): void;
  stop(): void;
}

/** A bar where `stream` is a terminal, plain lines elsewhere. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? createBar(stream) : createLines(stream);
}

function createBar(stream: NodeJS.WriteStream): Progress {
  const bar = new cliProgress.SingleBar(
    { format: '{title} [{bar}] {value}/{total} {eta_formatted}', stream, clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.legacy,
  );
  return {
    start: (title, total) => bar.start(total, 0, { title }),
    tick: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

function createLines(stream: NodeJS.WriteStream): Progress {
  return {
    start: (title, total) => {
      stream.write(`${title} (${total})\n`);
    },
    tick: () => {},
    stop: () => {},
  };
}
