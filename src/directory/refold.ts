// After a change of policy users are shown differently, and `users.folded` is what filters read of that: it is made anew, in
// pages. Writes of users meanwhile go by the new policy already, so a row that moved on is left alone.
import { ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readPlaced, selectPage } from '../storage/list-rows.ts';
import { readBatch } from '../storage/read.ts';
import { readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { readPortalRow, settingsFailure } from './settings-commit.ts';
import { foldUser } from './user-folded.ts';

const PAGE = 100;

/** Makes the column anew for every user that SCIM sees, where it differs. May be repeated, and goes on where it stopped. */
export async function refoldUsers({ db, sources }: SettingsContext): Promise<Result<undefined>> {
  const row = await readPortalRow(db);
  if (!row.ok) return row;
  const portal = await readPortal({ ...row.value, portalVersion: row.value.version });
  for (let after = 0; ; ) {
    const start = { kind: 'behind', position: { seq: after, key: null } } as const;
    const page = await readBatch(db, [selectPage(db, { condition: undefined, order: undefined, start, limit: PAGE })]);
    if (page.kind === 'fault') return faultFailure(page);
    const users = readPlaced(page.results[0]).map(({ user }) => user);
    const last = users.at(-1);
    if (last === undefined) return ok(undefined);
    const pieces = users.map((user) => JSON.stringify([user.seq, user.version, foldUser(user, portal)]));
    const statements = chunksOf(pieces).map((chunk) => refold(db, chunk));
    const outcome = await commit(db, { mutationId: randomId(sources), guards: [], statements });
    const failed = settingsFailure(outcome);
    if (failed) return failed;
    after = last.seq;
  }
}

/** D1 takes 2 MB a parameter, and a character of these can take three bytes. */
const CHUNK_CHARACTERS = 500_000;

/** The pieces in their order, in lists that a parameter can carry; one piece is well below the limit. */
function chunksOf(pieces: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const piece of pieces) {
    if (chunks.length === 0 || piece.length > room) {
      chunks.push([]);
      room = CHUNK_CHARACTERS;
    }
    chunks.at(-1)?.push(piece);
    room -= piece.length;
  }
  return chunks;
}

function refold(db: D1Database, pieces: readonly string[]): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET folded = piece.value ->> 2 FROM json_each(?) AS piece
       WHERE users.seq = piece.value ->> 0 AND users.version = piece.value ->> 1 AND users.folded <> piece.value ->> 2`,
    )
    .bind(`[${pieces.join()}]`);
}
