// A legal hold, or its end: of some destructions or of all. A page by GET says what it means; a form does it.

import { type Failure, fail, kindOf, ok, type Result } from '../../failure.ts';
import {
  type HoldReport,
  holdDestructions,
  overdueIfReleased,
  releaseDestructions,
  type Which,
} from '../../lifecycle/holds.ts';
import { describeRows, type LedgerRow, ledgerRowsOf } from '../../lifecycle/receipts.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { DELETE_WORD, unconfirmed } from '../page/confirm.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { numberIn } from '../page/typed.ts';
import { MovePage, type MoveProps } from './change-page.tsx';
import { type Action, actionIn, doneParams } from './done-note.ts';
import { destructionPath } from './ledger-parts.tsx';
import { type LedgerCounts, LISTED, selectCounts } from './ledger-query.ts';
import { movePlan } from './move-plan.ts';

const CHANGE = '/console/destructions/change';
/** The most rows of one form, which has a bound. */
const MOST_SELECTED = 200;

export interface MoveRequest {
  readonly action: Action;
  readonly which: 'all' | { readonly seqs: readonly number[] };
}

function readRequest(params: URLSearchParams): MoveRequest | undefined {
  const action = actionIn(params.get('do'));
  if (action === undefined) return undefined;
  if (params.get('all') === 'yes') return { action, which: 'all' };
  const seqs = [...new Set(params.getAll('d').flatMap((text) => numberIn(text) ?? []))];
  return seqs.length === 0 ? undefined : { action, which: { seqs: seqs.slice(0, MOST_SELECTED) } };
}

/** What the page reads, in the call that asks for the session. */
export function selectDestructionChange({ env, url, sources }: Addressed): readonly D1PreparedStatement[] {
  const request = readRequest(url.searchParams);
  return request ? selectMove(env.DB, request, Math.trunc(sources.nowMs())) : [];
}

function selectMove(db: D1Database, { which }: MoveRequest, nowMs: number): readonly D1PreparedStatement[] {
  const named = 'SELECT d.* FROM json_each(?) AS j CROSS JOIN destructions AS d ON d.seq = j.value';
  return [which === 'all' ? selectCounts(db, nowMs) : db.prepare(ledgerRowsOf(named)).bind(JSON.stringify(which.seqs))];
}

/** GET: what it means. */
export async function showDestructionChange(screen: SignedIn): Promise<Answer> {
  const request = readRequest(screen.url.searchParams);
  return request ? answerWith(screen, request, screen.results) : nothingToDo(screen, 200);
}

/** POST: the hold, or its end. */
export async function changeDestructions(form: Posted): Promise<Answer> {
  const request = readRequest(form.form);
  if (!request) return nothingToDo(form, 400);
  const done = await carryOut(form, request);
  if (done.ok) return { response: seeOther(form, pathAfter(request, done.value)) };
  const read = await readBatch(form.env.DB, [...selectMove(form.env.DB, request, form.nowMs)]);
  if (read.kind === 'fault') return broken(form, CHANGE, faultFailure(read).failure);
  return answerWith(form, request, read.results, done.failure);
}

async function carryOut({ form, context }: Posted, { action, which }: MoveRequest): Promise<Result<HoldReport>> {
  if (action === 'hold') return holdDestructions(context, which);
  const overdue = await overdueIfReleased(context, which);
  if (!overdue.ok) return overdue;
  const failure = overdue.value.count > 0 ? unconfirmed(form, DELETE_WORD) : undefined;
  return failure ? { ok: false, failure } : releaseDestructions(context, which);
}

function pathAfter({ action, which }: MoveRequest, report: HoldReport): string {
  const done = doneParams(action, report);
  const [only] = which === 'all' ? [] : which.seqs;
  if (which !== 'all' && which.seqs.length === 1 && only !== undefined) return `${destructionPath(only)}?${done}`;
  return `/console/destructions?show=${action === 'hold' ? 'held' : 'coming'}&${done}`;
}

async function answerWith(
  screen: SignedIn,
  request: MoveRequest,
  results: readonly D1Result[],
  failure?: Failure,
): Promise<Answer> {
  const props = await propsOf(screen, request, results);
  if (!props.ok) return broken(screen, CHANGE, props.failure);
  const { rows, counts } = props.value;
  if (rows.length === 0 && !counts) return nothingToDo(screen, 404);
  const page = (
    <Shell title={props.value.title} section="workspaces" screen={screen}>
      <MovePage {...props.value} failure={failure} />
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure && { failure }) };
}

async function propsOf(
  screen: SignedIn,
  request: MoveRequest,
  [first]: readonly D1Result[],
): Promise<Result<MoveProps>> {
  const { action, which } = request;
  const verb = action === 'hold' ? 'Hold' : 'Release';
  if (which === 'all') {
    const counts = first?.results[0] as unknown as LedgerCounts;
    const overdue = await overdueOf(screen, request);
    if (!overdue.ok) return overdue;
    return ok({
      screen,
      request,
      title: `${verb} everything`,
      rows: [],
      plan: undefined,
      counts,
      overdue: overdue.value,
    });
  }
  const described = await describeRows(screen.env.DB, (first?.results ?? []) as unknown as LedgerRow[], LISTED);
  if (!described.ok) return described;
  const rows = described.value;
  const plan = movePlan(action, rows, screen.nowMs);
  const title = `${verb} ${rows.length === 1 ? 'this destruction' : `${rows.length} destructions`}`;
  return ok({ screen, request, title, rows, plan, counts: undefined, overdue: plan.overdue });
}

/** Of all there is, what a release would destroy at once. */
async function overdueOf({ env, sources }: SignedIn, { action, which }: MoveRequest): Promise<Result<number>> {
  if (action === 'hold') return ok(0);
  const overdue = await overdueIfReleased({ db: env.DB, sources, actor: '' }, which as Which);
  return overdue.ok ? ok(overdue.value.count) : overdue;
}

function nothingToDo(screen: SignedIn, status: 200 | 400 | 404): Promise<Answer> {
  const [title, text] =
    status === 404
      ? ['These destructions are not there', 'The ledger has no rows of these numbers.']
      : ['Nothing is selected', 'Tick what you want to hold or release in the list.'];
  const next = { href: '/console/destructions', name: 'Open the list' };
  const failure = status === 400 ? fail('invalid_value', text).failure : undefined;
  return emptyPage(screen, { section: 'workspaces', title, text, next, failure, ...(status === 404 && { status }) });
}
