// One change of workspaces, from what was selected to what is done: a page by GET that says what would happen and asks for what is
// missing, and a form that does it. Nothing is decided here: src/lifecycle asks again, and all change or none.

import { type Failure, fail, kindOf, type Result } from '../../failure.ts';
import type { WorkspacesChanged } from '../../lifecycle/workspace-commit.ts';
import { holdWorkspaces, overdueIfReleased, releaseWorkspaces } from '../../lifecycle/workspace-holds.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../lifecycle/workspace-moves.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { DELETE_WORD, unconfirmed } from '../page/confirm.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { nameOf, workspacePath } from '../page/workspace-name.ts';
import { type ChangeRequest, readChangeRequest } from './change-address.ts';
import { ChangePage, type ChangeProps } from './change-page.tsx';
import { planOf } from './change-plan.ts';
import { type ChangeData, MOST_SELECTED, readChange, selectChange } from './change-query.ts';
import { ACTIONS } from './change-words.ts';
import { doneParams } from './done-note.ts';
import { listPath } from './list-address.ts';
import { mayOwn } from './owner-query.ts';

/** What the page of a change reads, in the call that asks for the session. */
export function selectWorkspaceChange({ env, url }: Addressed): readonly D1PreparedStatement[] {
  const request = readChangeRequest(url.searchParams);
  return request ? selectChange(env.DB, request) : [];
}

/** GET: what would change. */
export async function showWorkspaceChange(screen: SignedIn): Promise<Answer> {
  const request = readChangeRequest(screen.url.searchParams);
  if (!request) return nothingToDo(screen, 200);
  return answerWith(screen, request, readChange(screen.results, request));
}

/** POST: the change. */
export async function changeWorkspaces(form: Posted): Promise<Answer> {
  const request = readChangeRequest(form.form);
  if (!request || request.ids.length === 0) return nothingToDo(form, 400);
  const done = request.ids.length > MOST_SELECTED ? tooMany() : await carryOut(form, request);
  if (done.ok) return { response: seeOther(form, pathAfter(request, done.value)) };
  const read = await readBatch(form.env.DB, [...selectChange(form.env.DB, request)]);
  const data =
    read.kind === 'fault' ? faultFailure(read) : { ok: true as const, value: readChange(read.results, request) };
  return data.ok
    ? answerWith(form, request, data.value, done.failure)
    : broken(form, '/console/workspaces/change', data.failure);
}

function tooMany(): Result<never> {
  return fail('invalid_value', `Select at most ${MOST_SELECTED} workspaces at a time. Nothing was changed.`);
}

async function carryOut({ form, context }: Posted, request: ChangeRequest): Promise<Result<WorkspacesChanged>> {
  const { ids, to: newOwnerId } = request;
  switch (request.action) {
    case 'restore':
      return restoreWorkspaces(context, { ids, newOwnerId, endHold: form.get('endHold') === 'yes' });
    case 'transfer':
      if (newOwnerId === undefined) return fail('invalid_value', 'Name who is to own them. Nothing was changed.');
      return transferWorkspaces(context, { ids, newOwnerId });
    case 'hold':
      return holdWorkspaces(context, { ids });
    case 'release': {
      const overdue = await overdueIfReleased(context, { ids });
      if (!overdue.ok) return overdue;
      const failure = overdue.value.length > 0 ? unconfirmed(form, DELETE_WORD) : undefined;
      return failure ? { ok: false, failure } : releaseWorkspaces(context, { ids });
    }
  }
}

/** One workspace's own page; of many, the list that they were selected on. */
function pathAfter({ action, ids, from }: ChangeRequest, { changed }: WorkspacesChanged): string {
  const done = doneParams(action, changed.length);
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? `${workspacePath(only)}?${done}`
    : `${listPath({ ...from, after: undefined })}&${done}`;
}

async function answerWith(
  screen: SignedIn,
  request: ChangeRequest,
  data: ChangeData,
  failure?: Failure,
): Promise<Answer> {
  if (data.rows.length === 0 && !failure) return nothingToDo(screen, data.unknown > 0 ? 404 : 200);
  const owner = data.owner && mayOwn(data.owner) ? data.owner : undefined;
  const plan = planOf(request.action, data.rows, owner, screen.nowMs);
  const props: ChangeProps = { screen, request, data, owner, plan, failure };
  const [only] = data.rows;
  const what = data.rows.length === 1 && only ? nameOf(only) : `${data.rows.length} workspaces`;
  const title = `${ACTIONS[request.action].verb} ${what}`;
  const page = (
    <Shell title={title} section="workspaces" screen={screen}>
      <ChangePage {...props} title={title} />
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure && { failure }) };
}

function nothingToDo(screen: SignedIn, status: 200 | 400 | 404): Promise<Answer> {
  const [title, text] =
    status === 404
      ? ['These workspaces are not there', 'No workspace has the ids in this address.']
      : ['Nothing is selected', 'Tick the workspaces in the list that you want to change.'];
  const next = { href: '/console/workspaces?state=archived', name: 'Open the list' };
  const failure = status === 400 ? fail('invalid_value', text).failure : undefined;
  return emptyPage(screen, { section: 'workspaces', title, text, next, failure, ...(status === 404 && { status }) });
}
