// Filters of the log against a slow model that looks at every row in memory: whatever is asked, no line is missing and none is too
// many.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { LogFilter } from '../../src/log/log-query.ts';
import { readLog } from '../../src/log/provisioning-log.ts';
import { fold } from '../../src/scim/fold.ts';
import { actorText } from '../../src/storage/actor.ts';
import { unwrap } from '../support/lifecycle.ts';
import { addDone, addRefused, type Done, type Refused } from '../support/log.ts';
import { addAccount, freshPortal, START_MS } from '../support/portal.ts';

const ANN = { id: 'a1', userName: 'Ann.Example@acme.example' };
const BOB = { id: 'b2', userName: 'bob as cli' };
const BOT = { id: 'c3', userName: 'bot@acme.example' };

beforeAll(async () => {
  await freshPortal();
  for (const { id, userName } of [ANN, BOB, BOT]) {
    const seq = await addAccount('saml', userName);
    await env.DB.prepare('UPDATE users SET id = ?, user_name_key = ? WHERE seq = ?')
      .bind(id, fold(userName), seq)
      .run();
  }
});

beforeEach(() => env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]));

const ACTORS = ['cli', 'cron', 'key1', 'a1', actorText('a1', 'c3'), actorText('b2', 'c3'), actorText('cli', null)];
const PERSONS: readonly (readonly [asked: string, id: string])[] = [
  [ANN.id, ANN.id],
  [ANN.userName.toUpperCase(), ANN.id],
  [BOB.userName, BOB.id],
  [BOT.id, BOT.id],
  ['cli', 'cli'],
  ['nobody', 'nobody'],
];
const RULES = ['team_unknown', 'invalid_filter'];

const done = fc.record(
  {
    type: fc.constantFrom('user.created', 'user.updated', 'workspace.archived'),
    subject: fc.constantFrom('a1', 'b2', 'c3', 'w1'),
    actor: fc.constantFrom(...ACTORS),
    rule: fc.constantFrom(...RULES),
    requestId: fc.constantFrom('r1', 'r2'),
  },
  { requiredKeys: ['type', 'subject', 'actor'] },
);
const refused = fc.record(
  {
    rule: fc.constantFrom(...RULES),
    status: fc.constant(400),
    actor: fc.constantFrom('key1', 'key2'),
    requestId: fc.constantFrom('r1', 'r2'),
  },
  { requiredKeys: ['rule', 'status'] },
);
const row = fc.oneof(
  fc.record({ done, refused: fc.constant(undefined), minutes: fc.constantFrom(0, 1, 5) }),
  fc.record({ done: fc.constant(undefined), refused, minutes: fc.constantFrom(0, 1, 5) }),
);

const minute = fc.nat({ max: 40 }).map((minutes) => START_MS + minutes * 60_000);
/** One or two of them, so that some rows are left. */
const FILTERS = {
  refusedOnly: fc.constant(true),
  doneOnly: fc.constant(true),
  person: fc.constantFrom(...PERSONS.map(([asked]) => asked)),
  actor: fc.constantFrom('key1', 'cli', 'a1', null),
  type: fc.constantFrom('user.created', 'user.updated', 'workspace.archived'),
  rule: fc.constantFrom(...RULES),
  requestId: fc.constantFrom('r1', 'r2'),
  sinceMs: minute,
  untilMs: minute,
} as const;

const single = fc
  .constantFrom(...Object.entries(FILTERS))
  .chain(([name, values]) => (values as fc.Arbitrary<unknown>).map((value) => ({ [name]: value })));
const filter = fc
  .tuple(single, fc.option(single, { nil: {} }))
  .map(([one, other]): LogFilter => ({ ...one, ...other }));

/** Everybody whom an actor of this test names. */
function peopleOf(actor: string): readonly string[] {
  const index = ACTORS.indexOf(actor);
  return [['cli'], ['cron'], ['key1'], ['a1'], ['a1', 'c3'], ['b2', 'c3'], ['cli']][index] ?? [];
}

interface Row {
  readonly done?: Done | undefined;
  readonly refused?: Refused | undefined;
  readonly at: number;
}

function isMeant(one: Row, asked: LogFilter): boolean {
  const { done: line, refused: no, at } = one;
  const person = PERSONS.find(([text]) => text === asked.person)?.[1];
  const given = line ?? no;
  const terms = [
    !asked.refusedOnly || no !== undefined,
    !asked.doneOnly || line !== undefined,
    asked.person === undefined ||
      (line !== undefined && (line.subject === person || peopleOf(line.actor ?? '').includes(person ?? ''))),
    asked.actor === undefined || (given?.actor ?? null) === asked.actor,
    asked.type === undefined || line?.type === asked.type,
    asked.rule === undefined || given?.rule === asked.rule,
    asked.requestId === undefined || given?.requestId === asked.requestId,
    asked.sinceMs === undefined || at >= asked.sinceMs,
    asked.untilMs === undefined || at < asked.untilMs,
  ];
  return terms.every((term) => term);
}

it('every filter, alone and with others, finds what the model finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 8, maxLength: 25 }),
      fc.array(filter, { minLength: 4, maxLength: 8 }),
      async (given, asked) => {
        await env.DB.batch([env.DB.prepare('DELETE FROM journal'), env.DB.prepare('DELETE FROM refusals')]);
        let now = START_MS;
        const rows = given.map(({ minutes, ...one }) => {
          now += minutes * 60_000;
          // What was archived is told later than it happened.
          return { ...one, at: one.done?.type === 'workspace.archived' ? now - 30 * 60_000 : now };
        });
        const [lines, noes] = [rows.filter((one) => one.done), rows.filter((one) => one.refused)];
        await addDone(lines.flatMap((one) => (one.done ? [{ ...one.done, at: one.at } as Done] : [])));
        await addRefused(noes.flatMap((one) => (one.refused ? [{ ...one.refused, at: one.at } as Refused] : [])));
        for (const one of asked) {
          const { entries } = unwrap(await readLog(env.DB, { filter: one, limit: 1_000 }));
          const found = entries.map(({ source, seq }) => `${source} ${seq}`).toSorted();
          const meant = (of: readonly Row[], source: string) =>
            of.flatMap((line, i) => (isMeant(line, one) ? [`${source} ${i + 1}`] : []));
          expect(found).toEqual([...meant(lines as Row[], 'journal'), ...meant(noes as Row[], 'refusal')].toSorted());
        }
      },
    ),
    { numRuns: 50 },
  );
}, 30_000);
