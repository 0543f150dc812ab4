// Who is to own workspaces: typed, looked up, and where nobody is called so, chosen from people of a like name.
import { printable } from '../../printable.ts';
import { TextField } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { type ChangeRequest, changePath } from './change-address.ts';
import type { Plan } from './change-plan.ts';
import type { ChangeData } from './change-query.ts';
import { listQuery } from './list-address.ts';
import { mayOwn, type PersonRow } from './owner-query.ts';
import { personText } from './workspace-parts.tsx';

interface NewOwnerProps {
  readonly request: ChangeRequest;
  readonly data: ChangeData;
  readonly plan: Plan;
  readonly owner: PersonRow | undefined;
}

/** Who takes over. One who is named is not typed over: what the button does is what the page says. */
export function NewOwner(props: NewOwnerProps) {
  const { request, data, plan, owner } = props;
  const ids = data.rows.map(({ id }) => id);
  const others = changePath({ ...request, ids, to: undefined, asksOwner: true });
  if (plan.changes.length === 0 && owner === undefined) return null;
  if (owner !== undefined) {
    return (
      <p>
        <a href={others}>Name somebody else</a>
      </p>
    );
  }
  if (!isOwnerAsked(request, plan)) {
    return (
      <p>
        <a href={others}>Give {ids.length === 1 ? 'it' : 'them'} to somebody else instead</a>
      </p>
    );
  }
  return <OwnerForm {...props} ids={ids} />;
}

/** Whether the page asks for an owner before anything can be done. */
export function isOwnerAsked({ to, asksOwner }: ChangeRequest, plan: Plan): boolean {
  return plan.needsOwner || asksOwner || to !== undefined;
}

function OwnerForm({ request, data, plan, ids }: NewOwnerProps & { readonly ids: readonly string[] }) {
  const { action, to, from } = request;
  return (
    <>
      {to === undefined ? null : <NotFound request={{ ...request, ids }} data={data} />}
      {to === undefined && action === 'restore' && plan.orphans.length > 0 ? (
        <Notice kind="note">{orphanText(plan)}</Notice>
      ) : null}
      <form method="get" action="/console/workspaces/change" class="inline panel owner">
        <input type="hidden" name="do" value={action} />
        {ids.map((id) => (
          <input type="hidden" name="w" value={id} />
        ))}
        <input type="hidden" name="from" value={listQuery(from)} />
        <TextField name="to" label="New owner" hint="The user name of an active person" value={to ?? ''} required />
        <button type="submit">Continue</button>
      </form>
    </>
  );
}

function orphanText({ orphans }: Plan): string {
  const owners = [...new Set(orphans.map(({ ownerName }) => printable(ownerName, 60)))];
  const more = owners.length > 3 ? ` and ${owners.length - 3} more` : '';
  const are = owners.length === 1 ? 'is' : 'are';
  return `${owners.slice(0, 3).join(', ')}${more} ${are} not active and cannot own workspaces: name who takes over.`;
}

/** Nobody who could own them is called so. */
function NotFound({
  request,
  data: { owner, proposals },
}: {
  readonly request: ChangeRequest;
  readonly data: ChangeData;
}) {
  const typed = printable(request.to ?? '', 80);
  const others = proposals.filter((person) => mayOwn(person));
  return (
    <Notice kind={others.length === 0 ? 'act' : 'soon'} id="wrong">
      <p>{owner ? whyNot(owner) : `There is no active user called “${typed}”.`}</p>
      {others.length === 0 ? null : (
        <>
          <p>Do you mean one of these?</p>
          <ul class="proposals">
            {others.map((person) => (
              <li>
                <a href={changePath({ ...request, to: person.userName })}>{personText(person)}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}

function whyNot(owner: PersonRow): string {
  if (owner.loginType === 'service')
    return `${personText(owner)} is a service account, which nobody signs in to. Name a person.`;
  return `${personText(owner)} is not active and cannot own workspaces. Name an active person.`;
}
