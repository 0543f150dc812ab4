// Letting go of what the brake holds: it is destroyed then, so the form asks for a word first, and what is held only after it asked
// stays held until it has asked again.

import { type ReleasedPiece, releasePiece, releaseUsers } from '../../directory/brake-release.ts';
import { HELD_COUNTED, type HeldCount, selectHeldCount } from '../../directory/brake-status.ts';
import { type Failure, fail, kindOf, ok, type Result } from '../../failure.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { unconfirmed } from '../page/confirm.tsx';
import { people } from '../page/count-text.ts';
import { LongWork, WORK_SCRIPT } from '../page/long-work.tsx';
import { failureNote, type NoticeProps } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { RELEASE, RELEASE_WORD, ReleasePage } from './release-page.tsx';
import { refuse } from './restore.tsx';
import { type FormWhom, numberOf, whomOf } from './whom.ts';

/** POST: without the word, or what the page showed, it asks; with both, those who were selected are released, or the next of all. */
export async function postRelease(form: Posted): Promise<Answer> {
  const whom = whomOf(form.form);
  if ('seqs' in whom && whom.seqs.length === 0) {
    return refuse(form, fail('invalid_value', 'Nobody was selected. Nothing was changed.').failure);
  }
  const upTo = numberOf(form.form, 'upto');
  if (!form.form.has('confirmation') || upTo === 0) return ask(form, whom);
  const wrong = unconfirmed(form.form, RELEASE_WORD);
  if (wrong) return ask(form, whom, { failure: wrong });
  const piece = await release(form, whom, upTo);
  if (!piece.ok) return ask(form, whom, { failure: piece.failure });
  const { next, released: now } = piece.value;
  const at = { released: numberOf(form.form, 'released') + now, total: numberOf(form.form, 'total'), upTo };
  if (next !== undefined) return working(form, { ...at, next });
  return 'all' in whom ? ended(form, at) : { response: told(form, at) };
}

async function release({ context, form }: Posted, whom: FormWhom, upTo: number): Promise<Result<ReleasedPiece>> {
  if ('all' in whom) return releasePiece(context, numberOf(form, 'after'), upTo);
  const released = await releaseUsers(context, whom.seqs, upTo);
  return released.ok ? ok({ released: released.value }) : released;
}

const NAMES = 'SELECT u.user_name AS userName FROM json_each(?) AS j CROSS JOIN users AS u ON u.seq = j.value';

interface Asked {
  readonly failure?: Failure;
  readonly note?: NoticeProps;
}

async function ask(form: Posted, whom: FormWhom, asked: Asked = {}): Promise<Answer> {
  const { DB } = form.env;
  const seqs = 'seqs' in whom ? whom.seqs : [];
  const read = await readBatch(DB, [selectHeldCount(DB), DB.prepare(NAMES).bind(JSON.stringify(seqs))]);
  if (read.kind === 'fault') return broken(form, RELEASE, faultFailure(read).failure);
  const [counted, named] = read.results.map(({ results }) => results);
  const userNames = (named as { userName: string }[]).map(({ userName }) => userName);
  const [held] = counted as unknown as HeldCount[];
  if (!held || held.heldUsers === 0) return { response: seeOther(form, '/console/brake?done=unreleased') };
  const count = 'all' in whom ? held.heldUsers : userNames.length;
  return askOf(form, { whom, count, upTo: held.upTo, userNames, ...asked });
}

interface Question extends Asked {
  readonly whom: FormWhom;
  readonly count: number;
  readonly upTo: number;
  readonly userNames: readonly string[];
}

async function askOf(form: Posted, { failure, note, ...question }: Question): Promise<Answer> {
  const isWrong = failure?.code === 'invalid_value';
  const said = failure ? failureNote(failure) : note;
  const page = <ReleasePage screen={form} {...question} note={said} isWrong={isWrong} />;
  const response = await pageResponse(form, failure ? kindOf(failure.code).status : 200, page);
  return { response, ...(failure ? { failure } : {}) };
}

interface At {
  readonly released: number;
  /** Of whom the page showed that something was held. */
  readonly total: number;
  readonly upTo: number;
}

/** Behind the last one: whoever is held by now was not shown, so the form asks again. */
async function ended(form: Posted, at: At): Promise<Answer> {
  const { DB } = form.env;
  const read = await readBatch(DB, [selectHeldCount(DB)]);
  if (read.kind === 'fault') return broken(form, RELEASE, faultFailure(read).failure);
  const [held] = (read.results[0]?.results ?? []) as unknown as HeldCount[];
  if (!held || held.heldUsers === 0) return { response: told(form, at) };
  const { heldUsers: count, upTo } = held;
  const more = `${people(count, HELD_COUNTED)} ${count === 1 ? 'has' : 'have'}`;
  const text =
    `Released: ${at.released === 0 ? 'nobody' : people(at.released)}. Since you were asked, ${more} been held besides. ` +
    'Nothing of theirs is destroyed unless you release them too.';
  const note = { kind: 'soon', children: text } as const;
  return askOf(form, { whom: { all: true }, count, upTo, userNames: [], note });
}

function told(form: Posted, { released, total }: At): Response {
  const done = released === 0 && total > 0 ? 'unreleased' : released < total ? 'fewer' : 'released';
  return seeOther(form, `/console/brake?done=${done}`);
}

async function working(form: Posted, { released, total, upTo, next }: At & { readonly next: number }): Promise<Answer> {
  const fields = [
    ['whom', 'all'],
    ['confirmation', RELEASE_WORD],
    ['upto', String(upTo)],
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
