// Giving back what the brake holds: of those who were selected at once, of all in pieces.

import { RESTORE_BEGINS, type RestoreAt, restorePiece } from '../../directory/brake-pieces.ts';
import { restoreUsers } from '../../directory/brake-users.ts';
import type { Withheld } from '../../directory/give-back-decision.ts';
import { type Failure, fail, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { people } from '../page/count-text.ts';
import { LongWork, WORK_SCRIPT } from '../page/long-work.tsx';
import { failureNote } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { brakePage, selectBrakePage } from './brake.tsx';
import { type Outcome, RestoredPage } from './restored-page.tsx';
import { heldCount, numberOf, whomOf } from './whom.ts';
import { WITHHELD } from './words.ts';

/** POST: restores those who were selected, or the next of all. */
export async function postRestore(form: Posted): Promise<Answer> {
  const whom = whomOf(form.form);
  return 'all' in whom ? restoreNext(form) : restoreChosen(form, whom.seqs);
}

async function restoreChosen(form: Posted, seqs: readonly number[]): Promise<Answer> {
  if (seqs.length === 0)
    return refuse(form, fail('invalid_value', 'Nobody was selected. Nothing was changed.').failure);
  const restored = await restoreUsers(form.context, seqs);
  if (!restored.ok) return refuse(form, restored.failure);
  const { partly, skipped, failure } = restored.value;
  const told = { partly: partly.map(partlyText), morePartly: 0 };
  const outcome = { ...restored.value, ...told, stays: skipped, lifted: false };
  const left = failure ? seqs.length - restored.value.restored - skipped.length : 0;
  return done(form, { ...outcome, stayed: skipped.length, left });
}

/** The page of the brake again, with what is wrong. */
export async function refuse(form: Posted, failure: Failure): Promise<Answer> {
  const read = await readBatch(form.env.DB, selectBrakePage(form));
  if (read.kind === 'fault') return broken(form, '/console/brake', faultFailure(read).failure);
  const { status } = kindOf(failure.code);
  return { response: await brakePage(form, read.results, status, failureNote(failure)), failure };
}

/** What pieces have come to before this one, as their forms hand it on. */
interface Before {
  readonly at: RestoreAt;
  readonly total: number;
  readonly restored: number;
  /** Who did not get everything, in sentences; the first few, and how many more. */
  readonly partly: readonly string[];
  readonly morePartly: number;
}

/** So few, and their names cut so short, that the form stays far below what a form may have. */
const PARTLY_SHOWN = 10;
const NAME_SHOWN = 50;

async function restoreNext(form: Posted): Promise<Answer> {
  const before = await readBefore(form);
  const piece = await restorePiece(form.context, before.at);
  if (!piece.ok) return working(form, before, piece.failure);
  const { restored, partly, skipped, next, left, lifted } = piece.value;
  const told = [...before.partly, ...partly.map(partlyText)];
  const sum = {
    ...before,
    restored: before.restored + restored,
    partly: told.slice(0, PARTLY_SHOWN),
    morePartly: before.morePartly + Math.max(0, told.length - PARTLY_SHOWN),
  };
  if (next) return working(form, { ...sum, at: next });
  return done(form, { ...sum, stays: [], stayed: before.at.stayed + skipped.length, left, lifted });
}

async function readBefore({ form, env }: Posted): Promise<Before> {
  const number = (name: string) => numberOf(form, name);
  if (!form.has('total')) {
    return { at: RESTORE_BEGINS, total: await heldCount(env.DB), restored: 0, partly: [], morePartly: 0 };
  }
  const at = {
    after: number('after'),
    pass: Math.max(1, number('pass')),
    stayed: number('stayed'),
    lifted: form.get('lifted') === '1',
  };
  const partly = form.getAll('partly').slice(0, PARTLY_SHOWN);
  return { at, total: number('total'), restored: number('restored'), partly, morePartly: number('more') };
}

async function working(
  form: Posted,
  { at, total, restored, partly, morePartly }: Before,
  failure?: Failure,
): Promise<Answer> {
  const fields = [
    ['whom', 'all'],
    ['total', String(total)],
    ['restored', String(restored)],
    ['after', String(at.after)],
    ['pass', String(at.pass)],
    ['stayed', String(at.stayed)],
    ['lifted', at.lifted ? '1' : '0'],
    ...partly.map((text) => ['partly', text] as const),
    ['more', String(morePartly)],
  ] as const;
  const sentence = `${restored.toLocaleString('en')} of ${people(total)} ${total === 1 ? 'is' : 'are'} restored.`;
  const page = (
    <Shell
      title="Restoring"
      section="settings"
      screen={form}
      scripts={[WORK_SCRIPT]}
      note={failure && failureNote(failure)}
    >
      <h1>Restoring</h1>
      <LongWork
        sentence={sentence}
        done={restored + at.stayed}
        total={total}
        action="/console/brake/restore"
        formToken={form.formToken}
        fields={fields}
        isPaused={failure !== undefined}
      >
        <p class="hint">
          Whoever is restored stays so. You may <a href="/console/brake">stop here</a> and go on later.
        </p>
      </LongWork>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(form, status, page), ...(failure ? { failure } : {}) };
}

async function done(form: Posted, outcome: Outcome): Promise<Answer> {
  return { response: await pageResponse(form, 200, <RestoredPage screen={form} outcome={outcome} />) };
}

function partlyText({ userName, withheld }: { userName: string; withheld: readonly Withheld[] }): string {
  return `${printable(userName, NAME_SHOWN)} does not get back ${withheld.map((what) => WITHHELD[what]).join('; nor ')}.`;
}
