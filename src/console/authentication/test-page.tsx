// What came of a test, for the admin who made it and for nobody else, until the test has run out.
import { printable } from '../../printable.ts';
import type { TestResult } from '../../sso/test-result.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT } from '../page/copy-field.tsx';
import { Notice } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { HERE } from './changes.tsx';
import { type Provider, readProvider, selectProvider } from './provider-query.ts';
import { Changes, TestAgain, Values } from './test-parts.tsx';
import { PassedTest } from './test-passed.tsx';
import { changeFor, IDP_ERRORS } from './test-words.ts';

interface TestRow {
  readonly userSeq: number | null;
  readonly result: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What the page reads: the test that the address names, and the settings. */
export function selectTest(screen: Addressed): readonly D1PreparedStatement[] {
  const { env, sources, params } = screen;
  const test = env.DB.prepare(
    `SELECT user_seq AS userSeq, result, created_at AS createdAt, expires_at AS expiresAt FROM saml_requests
     WHERE id = ? AND purpose = 'test' AND expires_at > ?`,
  ).bind(params['id'] ?? '', Math.trunc(sources.nowMs()));
  return [test, ...selectProvider(screen)];
}

/** GET: the test. */
export async function showTest(screen: SignedIn): Promise<Answer> {
  const [tests, ...rest] = screen.results;
  const test = tests?.results[0] as TestRow | undefined;
  if (!test || test.userSeq !== screen.session.userSeq) return notFound(screen);
  const provider = readProvider(screen, rest);
  const result = test.result === null ? undefined : (JSON.parse(test.result) as TestResult);
  const page = (
    <Shell title="Test of single sign-on" section="settings" screen={screen} scripts={[COPY_SCRIPT]}>
      <BackLink href={HERE} name="Authentication Providers" />
      <h1>Test of single sign-on</h1>
      <p class="lead">
        Begun <Time at={test.createdAt} now={screen.nowMs} />, for you alone. It is forgotten{' '}
        <Time at={test.expiresAt} now={screen.nowMs} />.
      </p>
      <Outcome result={result} screen={screen} provider={provider} />
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

interface OutcomeProps {
  readonly screen: SignedIn;
  readonly provider: Provider;
}

function Outcome({ result, ...props }: OutcomeProps & { readonly result: TestResult | undefined }) {
  if (result === undefined) return <Waiting screen={props.screen} />;
  return result.outcome === 'passed' ? (
    <PassedTest result={result} {...props} />
  ) : (
    <Refused result={result} screen={props.screen} />
  );
}

function Waiting({ screen }: { readonly screen: SignedIn }) {
  return (
    <>
      <Notice kind="note">
        No answer has arrived yet. <a href={screen.url.pathname}>Look again</a>
      </Notice>
      <h2>What may have happened at the identity provider</h2>
      <Table
        caption="What may have happened at the identity provider"
        rows={IDP_ERRORS}
        columns={[
          { name: 'What you see there', show: ({ sign }) => sign },
          { name: 'What it means', show: ({ means }) => means },
        ]}
      />
      <Values origin={screen.url.origin} />
      <TestAgain formToken={screen.formToken} />
    </>
  );
}

function Refused({
  result,
  screen,
}: Pick<OutcomeProps, 'screen'> & {
  readonly result: Extract<TestResult, { outcome: 'refused' }>;
}) {
  return (
    <>
      <section class="panel verdict act" aria-labelledby="verdict">
        <h2 id="verdict">
          The response was refused <span class="tag act">Nobody could sign in</span>
        </h2>
        <p>{printable(result.detail, 1_000)}</p>
        <Changes change={changeFor(result.code)} />
        <p class="hint">Nothing of a response that cannot be trusted is shown or kept, but why it was refused.</p>
      </section>
      <Values origin={screen.url.origin} />
      <TestAgain formToken={screen.formToken} />
    </>
  );
}
