// What happened to one user, newest first, in the sentences of the provisioning log.
import { type AccountRow, readAccount, selectAnyAccount } from '../../directory/account.ts';
import { kindOf } from '../../failure.ts';
import type { DoneLine, LogEntry } from '../../log/entry.ts';
import { explain } from '../../log/explain.ts';
import { SCANNED_ROWS } from '../../log/log-query.ts';
import { type LogPage, readLog } from '../../log/provisioning-log.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { Sentence } from '../log/sentence.tsx';
import { failureNote } from '../page/notice.tsx';
import { Empty, Pager } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { answerWith, noSuchUser, UserFrame, userPath } from './user-frame.tsx';
import { seqOf } from './user-query.ts';

const PAGE = 25;

export function selectForHistory({ env, params, sources }: Addressed): readonly D1PreparedStatement[] {
  return [selectAnyAccount(env.DB, seqOf(params), Math.trunc(sources.nowMs()))];
}

/** GET: the tab History, from the newest on or behind the line that `before` names. */
export async function showHistory(screen: SignedIn): Promise<Answer> {
  const row = screen.results[0]?.results[0] as AccountRow | undefined;
  if (!row) return noSuchUser(screen);
  const account = readAccount(row);
  const before = beforeOf(screen.url);
  const read = await readLog(screen.env.DB, {
    filter: { subject: account.id },
    ...(before === undefined ? {} : { before: { journal: before, refusals: 0 } }),
    limit: PAGE,
  });
  const frame = { screen, account, tab: 'history' } as const;
  if (!read.ok) {
    const page = <UserFrame {...frame} note={failureNote(read.failure)} />;
    return answerWith(screen, page, kindOf(read.failure.code).status, read.failure);
  }
  const here = userPath(account, '/history');
  const { next } = read.value;
  const page = (
    <UserFrame {...frame}>
      <p class="lead">
        What was done to the account, by whom. The{' '}
        <a href={`/console/log?user=${encodeURIComponent(account.id)}`}>log</a> has it beside what was refused.
      </p>
      <Lines log={read.value} screen={screen} isFirst={before === undefined} />
      <Pager
        first={before === undefined ? undefined : here}
        next={next === null ? undefined : `${here}?before=${next.journal}`}
      />
    </UserFrame>
  );
  return answerWith(screen, page, 200);
}

function beforeOf(url: URL): number | undefined {
  const text = url.searchParams.get('before') ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

interface LinesProps {
  readonly log: LogPage;
  readonly screen: SignedIn;
  readonly isFirst: boolean;
}

function Lines({ log: { entries, bounded }, screen, isFirst }: LinesProps) {
  const lines = entries.filter((entry): entry is LogEntry & DoneLine => entry.source === 'journal');
  return (
    <>
      {lines.length === 0 ? (
        <Empty title={isFirst ? 'Nothing in the last 30 days' : 'Nothing older'}>
          <p>The portal keeps 30 days of what was done. Older lines were forgotten.</p>
        </Empty>
      ) : (
        <ol class="history panel">
          {lines.map((line) => (
            <Line line={line} now={screen.nowMs} />
          ))}
        </ol>
      )}
      {bounded ? (
        <p class="nothing">
          Only the newest {SCANNED_ROWS.toLocaleString('en')} entries of the portal were looked through; this user may
          have older ones.
        </p>
      ) : null}
    </>
  );
}

function Line({ line, now }: { readonly line: DoneLine; readonly now: number }) {
  const { sentence, change } = explain(line);
  return (
    <li>
      <p class="when">
        <Time at={line.at} now={now} />
      </p>
      <div>
        <p>
          <Sentence entry={line} sentence={sentence} />
        </p>
        {Object.entries(change ?? {}).map(([where, what]) => (
          <p class="advice">
            <strong>{WHERE[where] ?? where}</strong> {what}
          </p>
        ))}
        {line.requestId === null ? null : (
          <small>
            Request{' '}
            <a href={`/console/log?request=${encodeURIComponent(line.requestId)}`}>{printable(line.requestId, 40)}</a>
          </small>
        )}
      </div>
    </li>
  );
}

const WHERE: Readonly<Record<string, string>> = { okta: 'Okta', entra: 'Entra', portal: 'Portal' };
