// What follows a write that got no answer: the client is told to try again, so the first try must not take effect behind its back.
import type { ScimRequest } from './request.ts';

/** After the answer, sees to it that what this request abandoned, if anything, has taken effect by then or never will. */
export function fenceAbandoned({ db, author, sources, later }: ScimRequest): void {
  const { abandoned } = db;
  if (abandoned === undefined) return;
  later(async () => (await import('../../storage/fence.ts')).fenceOff(db.db, author, abandoned, sources.nowMs()));
}
