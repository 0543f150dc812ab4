// Who is held: one form around the table, so that some can be selected and restored or released together.
import type { Loss } from '../../directory/brake-status.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { TokenField } from '../page/fields.tsx';
import { Pick, SelectionBar } from '../page/selection.tsx';
import { type Column, Empty, Pager, Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { byWhom, lossParts, STAYS } from './words.ts';

/** People on one page. */
export const PAGE = 20;

interface HeldListProps {
  readonly screen: SignedIn;
  /** One more than a page, where there is a next one. */
  readonly losses: readonly Loss[];
  readonly after: number;
  /** UTC milliseconds. */
  readonly now: number;
}

export function HeldList({ screen: { formToken }, losses, after, now }: HeldListProps) {
  const rows = losses.slice(0, PAGE);
  const last = losses.length > PAGE ? rows.at(-1) : undefined;
  if (rows.length === 0) return <NobodyHere />;
  return (
    <>
      <form method="post" action="/console/brake/restore" class="picking" data-picking>
        <TokenField token={formToken} />
        <Table caption="People of whom something is held" columns={columnsAt(now)} rows={rows} />
        <SelectionBar>
          <button class="quiet" type="submit" name="do" value="restore">
            Restore those selected
          </button>
          <button class="quiet" type="submit" name="do" value="release" formaction="/console/brake/release">
            Release those selected…
          </button>
        </SelectionBar>
      </form>
      <Pager
        first={after > 0 ? '/console/brake' : undefined}
        next={last ? `/console/brake?after=${last.userSeq}` : undefined}
      />
    </>
  );
}

/** Behind the last one, or where the accounts are gone. */
function NobodyHere() {
  return (
    <Empty title="Nobody more to show">
      <p>
        <a href="/console/brake">Back to the beginning</a>
      </p>
    </Empty>
  );
}

function columnsAt(now: number): readonly Column<Loss>[] {
  return [
    { name: 'Person', show: (loss) => <Person loss={loss} /> },
    { name: 'Deactivated', show: (loss) => <Ended loss={loss} now={now} /> },
    { name: 'Would lose', show: (loss) => <Losses loss={loss} /> },
  ];
}

function Person({ loss: { userSeq, userName, active, removed } }: { readonly loss: Loss }) {
  const name = printable(userName, 80);
  const mark = active ? 'Active again' : removed ? 'Removed' : undefined;
  return (
    <Pick name="user" value={String(userSeq)} what={name}>
      <a href={`/console/users/${userSeq}`}>{name}</a>
      {mark ? (
        <>
          {' '}
          <span class="tag">{mark}</span>
        </>
      ) : null}
    </Pick>
  );
}

function Ended({ loss: { since, deactivations, actor, key }, now }: { readonly loss: Loss; readonly now: number }) {
  return (
    <>
      <Time at={since} now={now} />
      <small>
        {byWhom(actor, key)}
        {deactivations > 1 ? `, ${deactivations} times` : ''}
      </small>
    </>
  );
}

function Losses({ loss }: { readonly loss: Loss }) {
  const parts = lossParts(loss);
  return (
    <>
      {parts.length === 0 ? 'Nothing that is stored here' : parts.join(', ')}
      {loss.stays ? <small class="stays">{STAYS[loss.stays]}</small> : null}
    </>
  );
}
