// What belongs to a user: workspaces, files and messages, what of it is condemned or held, API keys, and groups.

import { keyState } from '../../auth/key-state.ts';
import { printable } from '../../printable.ts';
import { keyPath, labelOf } from '../keys/key-table.tsx';
import { LastUsed, StateWords } from '../keys/key-words.tsx';
import { COUNTED } from '../page/count-text.ts';
import { sizeText } from '../page/size-text.ts';
import { Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { countText } from './consequence-words.ts';
import type { PanelProps } from './overview.tsx';
import type { Condemned, ContentCount } from './user-query.ts';

export function ContentPanel({ screen, details }: PanelProps) {
  const { account, counts, files, messages, condemned } = details;
  const { activeWorkspaces, archivedWorkspaces } = counts;
  const list = (state: string) => `/console/workspaces?state=${state}&owner=${account.seq}`;
  const atLeast = activeWorkspaces + archivedWorkspaces >= COUNTED ? 'at least ' : '';
  return (
    <section class="panel" aria-labelledby="belongings">
      <h2 id="belongings">Workspaces, files and messages</h2>
      <dl class="numbers">
        <div>
          <dt>Workspaces</dt>
          <dd>
            <a href={list('active')}>{atLeast + activeWorkspaces.toLocaleString('en')}</a>
            <small>active</small>
          </dd>
        </div>
        <div>
          <dt>Workspaces</dt>
          <dd>
            <a href={list('archived')}>{atLeast + archivedWorkspaces.toLocaleString('en')}</a>
            <small>archived</small>
          </dd>
        </div>
        <ContentNumber name="Files" content={files} />
        <ContentNumber name="Messages" content={messages} />
      </dl>
      <p class="nothing">
        Files and messages inside a workspace belong to it, whoever put them there. See also{' '}
        <a href={list('deleted')}>deleted workspaces</a>.
      </p>
      {condemned.length === 0 ? null : (
        <>
          <h3>To be destroyed, or held</h3>
          <ul class="condemned">
            {condemned.map((row) => (
              <CondemnedItem row={row} now={screen.nowMs} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ContentNumber({ name, content: { count, bytes } }: { readonly name: string; readonly content: ContentCount }) {
  const atLeast = count >= COUNTED ? 'at least ' : '';
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {atLeast + count.toLocaleString('en')}
        <small>{atLeast + sizeText(bytes)}</small>
      </dd>
    </div>
  );
}

function CondemnedItem({ row, now }: { readonly row: Condemned; readonly now: number }) {
  const { seq, state, heldBy, dueAt } = row;
  const holder = { admin: 'by a legal hold', both: 'by the brake and a legal hold', brake: 'by the brake' }[
    heldBy ?? 'brake'
  ];
  return (
    <li>
      <a href={`/console/destructions/${seq}`}>{whatOf(row)}</a>
      {state === 'held' ? (
        <span class="tag soon">Held {holder}</span>
      ) : (
        <span>
          {dueAt <= now ? 'being deleted, due ' : 'deleted '}
          <Time at={dueAt} now={now} />
        </span>
      )}
    </li>
  );
}

function whatOf({ kind, workspaces }: Condemned): string {
  if (kind === 'account') return 'What the account lost';
  if (kind === 'user_content') return 'Files and messages';
  return workspaces === 0 ? 'Workspaces' : countText(workspaces, 'workspace');
}

export function KeysPanel({ screen, details: { keys, account } }: PanelProps) {
  const now = screen.nowMs;
  if (keys.length === 0) return null;
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">
        {keys.some(({ purpose }) => purpose === 'oauth') ? 'API keys and OAuth clients' : 'API keys'}{' '}
        <a href="/console/keys">All keys</a>
      </h2>
      <Table
        caption={`API keys that ${printable(account.userName, 80)} owns`}
        rows={keys}
        columns={[
          {
            name: 'Key',
            show: (key) => (
              <>
                <a href={keyPath(key)}>{labelOf(key)}</a>
                {key.purpose === 'oauth' ? <small>OAuth client</small> : null}
              </>
            ),
          },
          { name: 'State', show: (key) => <StateWords state={keyState(key, now)} now={now} /> },
          { name: 'Last used', show: ({ lastUsedAt }) => <LastUsed at={lastUsedAt} now={now} /> },
        ]}
      />
    </section>
  );
}

export function GroupsPanel({ details: { groups, counts } }: PanelProps) {
  if (counts.groups === 0) return null;
  const others = counts.groups - groups.length;
  return (
    <section class="panel" aria-labelledby="groups">
      <h2 id="groups">Groups</h2>
      <p>In {countText(counts.groups, 'group')}.</p>
      <ul class="chips">
        {groups.map(({ name }) => (
          <li>{printable(name, 80)}</li>
        ))}
        {others > 0 ? <li>and {counts.groups >= COUNTED ? `${others} or more` : others} others</li> : null}
      </ul>
    </section>
  );
}
