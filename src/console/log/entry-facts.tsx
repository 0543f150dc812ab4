// All that is known of an entry, for who wants to look further: exact times, who, the request, the HTTP side, attribute names.
import type { Child } from 'hono/jsx';
import { actorName, type LogEntry, type NamedKey } from '../../log/entry.ts';
import { printable, readableTime } from '../../printable.ts';
import { addressOf } from './choice.ts';
import type { EntryGroup } from './entry-groups.ts';
import { actorPath, subjectPath } from './sentence.tsx';

/** Of a group of more than this, the newest are listed. */
const LISTED_TIMES = 10;

interface Fact {
  readonly name: string;
  readonly value: Child;
}

/** A list of facts. */
export function EntryFacts({ group: { newest, all } }: { readonly group: EntryGroup }) {
  const facts = [
    ...whenFacts(all),
    byFact(newest),
    ...(newest.source === 'refusal' ? refusedFacts(newest) : doneFacts(newest)),
    ...(newest.rule === null ? [] : [{ name: 'Rule', value: <code>{newest.rule}</code> }]),
  ];
  return (
    <dl class="known">
      {facts.map(({ name, value }) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** With the request of each time, which finds all that the same request did. */
function whenFacts(all: readonly LogEntry[]): Fact[] {
  const listed = all.slice(0, LISTED_TIMES);
  const more = all.length - listed.length;
  return [
    {
      name: 'When',
      value: (
        <ul>
          {listed.map((entry) => (
            <li>
              {readableTime(entry.at)}
              <RequestLink id={entry.requestId} />
            </li>
          ))}
          {more > 0 ? <li>and {more} times before</li> : null}
        </ul>
      ),
    },
  ];
}

function RequestLink({ id }: { readonly id: string | null }) {
  if (id === null) return <small>by no request</small>;
  return (
    <small>
      request{' '}
      <a href={addressOf({ request: id })} title="All that this request did">
        <code>{printable(id, 100)}</code>
      </a>
    </small>
  );
}

function byFact(entry: LogEntry): Fact {
  const { actor, key, actingFor } = entry;
  const path = actorPath(entry);
  if (key && actor !== null) return { name: 'By', value: <ByKey id={actor} named={key} path={path} /> };
  const name = actorName(entry);
  return {
    name: 'By',
    value: (
      <>
        {path === undefined ? name : <a href={path}>{name}</a>}
        {actingFor ? (
          <small>
            service account <a href={`/console/users/${actingFor.seq}`}>{printable(actingFor.userName, 80)}</a>
          </small>
        ) : null}
      </>
    ),
  };
}

interface ByKeyProps {
  readonly id: string;
  readonly named: NamedKey;
  readonly path: string | undefined;
}

function ByKey({ id, named: { label, owner, isClient = false }, path }: ByKeyProps) {
  return (
    <>
      {isClient ? 'OAuth client ' : 'Key '}
      <a href={path}>{printable(label, 80)}</a>
      <small>
        {isClient ? 'acts for' : 'SCIM API Username'} {printable(owner, 80)}
      </small>
      <small>
        <a href={addressOf({ key: id })}>All by this {isClient ? 'client' : 'key'}</a>
      </small>
    </>
  );
}

function refusedFacts({ status, method, route, detail }: Extract<LogEntry, { source: 'refusal' }>): Fact[] {
  return [
    {
      name: 'HTTP',
      value: (
        <code>
          {printable(method, 20)} {printable(route, 80)} → {status}
        </code>
      ),
    },
    { name: 'Answer', value: printable(detail, 500) },
  ];
}

function doneFacts(entry: Extract<LogEntry, { source: 'journal' }>): Fact[] {
  const { subject, subjectName, attributes } = entry;
  const path = subjectPath(entry);
  const name = printable(subjectName ?? subject, 100);
  return [
    {
      name: 'What',
      value: (
        <>
          {path === undefined ? name : <a href={path}>{name}</a>}
          {subjectName === undefined ? null : <small>id {printable(subject, 100)}</small>}
          {entry.subjectSeq === undefined ? null : (
            <small>
              <a href={addressOf({ user: subject })}>All about this user</a>
            </small>
          )}
        </>
      ),
    },
    ...(attributes.length === 0
      ? []
      : [{ name: 'Attributes', value: attributes.map((attribute) => <code>{printable(attribute, 120)}</code>) }]),
  ];
}
