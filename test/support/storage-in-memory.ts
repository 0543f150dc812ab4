// Once before all tests: temporary files go to memory where there is room. The local D1, KV and R2 wait for the disk at every
// write, and no test asks for what is left after a power cut.
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Ten times what the largest tests write. */
const ROOM_BYTES = 2 * 1024 ** 3;

/** Whoever names a directory for temporary files is obeyed. */
export default function setup(): (() => void) | undefined {
  if (process.env['TMPDIR'] || !existsSync(MEMORY)) return undefined;
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < ROOM_BYTES) return undefined;
  const directory = mkdtempSync(join(MEMORY, 'portcullis-tests-'));
  process.env['TMPDIR'] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
