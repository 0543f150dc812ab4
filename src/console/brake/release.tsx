// Letting go of what the brake holds: it is destroyed then, so the form asks for a word first.

import { type ReleasedPiece, releasePiece, releaseUsers } from '../../directory/brake-release.ts';
import { selectHeldCount } from '../../directory/brake-status.ts';
import { type Failure, fail, kindOf, ok, type Result } from '../../failure.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { unconfirmed } from '../page/confirm.tsx';
import { people } from '../page/count-text.ts';
import { LongWork, WORK_SCRIPT } from '../page/long-work.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { RELEASE, RELEASE_WORD, ReleasePage } from './release-page.tsx';
import { refuse } from './restore.tsx';
import { type FormWhom, heldCount, numberOf, whomOf } from './whom.ts';

/** POST: without the word it asks for it; with it, those who were chosen are released, or the next of all. */
export async function postRelease(form: Posted): Promise<Answer> {
  const whom = whomOf(form.form);
  if ('seqs' in whom && whom.seqs.length === 0) {
    return refuse(form, fail('invalid_value', 'Nobody was chosen. Nothing was changed.').failure);
  }
  if (!form.form.has('confirmation')) return ask(form, whom);
  const wrong = unconfirmed(form.form, RELEASE_WORD);
  if (wrong) return ask(form, whom, wrong);
  const total = numberOf(form.form, 'total') || (await heldCount(form.env.DB));
  const piece = await release(form, whom);
  if (!piece.ok) return ask(form, whom, piece.failure);
  const { next, released } = piece.value;
  if (next === undefined) return { response: seeOther(form, '/console/brake?done=released') };
  return working(form, { released: numberOf(form.form, 'released') + released, total, next });
}

async function release({ context, form }: Posted, whom: FormWhom): Promise<Result<ReleasedPiece>> {
  if ('all' in whom) return releasePiece(context, numberOf(form, 'after'));
  const released = await releaseUsers(context, whom.seqs);
  return released.ok ? ok({ released: whom.seqs.length }) : released;
}

const NAMES = 'SELECT u.user_name AS userName FROM json_each(?) AS j CROSS JOIN users AS u ON u.seq = j.value';

async function ask(form: Posted, whom: FormWhom, failure?: Failure): Promise<Answer> {
  const { DB } = form.env;
  const seqs = 'seqs' in whom ? whom.seqs : [];
  const read = await readBatch(DB, [selectHeldCount(DB), DB.prepare(NAMES).bind(JSON.stringify(seqs))]);
  if (read.kind === 'fault') return broken(form, RELEASE, faultFailure(read).failure);
  const [counted, named] = read.results.map(({ results }) => results);
  const userNames = (named as { userName: string }[]).map(({ userName }) => userName);
  const [held] = counted as { heldUsers: number }[];
  const count = 'all' in whom ? (held?.heldUsers ?? 0) : userNames.length;
  const page = <ReleasePage screen={form} whom={whom} count={count} userNames={userNames} failure={failure} />;
  const response = await pageResponse(form, failure ? kindOf(failure.code).status : 200, page);
  return { response, ...(failure ? { failure } : {}) };
}

interface At {
  readonly released: number;
  readonly total: number;
  readonly next: number;
}

async function working(form: Posted, { released, total, next }: At): Promise<Answer> {
  const fields = [
    ['whom', 'all'],
    ['confirmation', RELEASE_WORD],
    ['after', String(next)],
    ['released', String(released)],
    ['total', String(total)],
  ] as const;
  const page = (
    <Shell title="Releasing" section="settings" screen={form} scripts={[WORK_SCRIPT]}>
      <h1>Releasing</h1>
      <LongWork
        sentence={`${released.toLocaleString('en')} of ${people(total)} are released.`}
        done={released}
        total={total}
        action={RELEASE}
        formToken={form.formToken}
        fields={fields}
      />
    </Shell>
  );
  return { response: await pageResponse(form, 200, page) };
}
