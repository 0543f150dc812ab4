// What came of a test, for the admin who made it and for nobody else, until the test has run out.

import type { Change } from '../../log/idp-menus.ts';
import { printable } from '../../printable.ts';
import { acsUrl } from '../../sso/settings.ts';
import { settingsHash } from '../../sso/sso-store.ts';
import type { TestResult } from '../../sso/test-result.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { Detail, Details } from '../page/details.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { HERE } from './changes.tsx';
import { type Provider, readProvider, selectProvider } from './provider-query.ts';
import { SwitchOnForm } from './state-panel.tsx';
import { changeFor, claimLines, IDP_ERRORS, personVerdict, type Verdict } from './test-words.ts';

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
  return result.outcome === 'passed' ? <Passed result={result} {...props} /> : <Refused result={result} {...props} />;
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

type ResultOf<Outcome extends TestResult['outcome']> = Extract<TestResult, { outcome: Outcome }>;

function Refused({ result, screen }: OutcomeProps & { readonly result: ResultOf<'refused'> }) {
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

function Passed({ result, screen, provider }: OutcomeProps & { readonly result: ResultOf<'passed'> }) {
  const { assertion, person } = result;
  const lines = claimLines(result, screen.portal);
  return (
    <>
      <section class="panel verdict good" aria-labelledby="verdict">
        <h2 id="verdict">
          The response is right <span class="tag good">Test passed</span>
        </h2>
        <p>Both signatures, issuer, audience, addresses and times were checked.</p>
        <Next result={result} screen={screen} provider={provider} />
      </section>
      <PersonPanel verdict={personVerdict(person, provider.row.appUrl)} />
      <section class="panel setting" aria-labelledby="arrived">
        <h2 id="arrived">What arrived</h2>
        <Details>
          <Detail name="Unique User Identifier">
            <strong>{printable(assertion.nameId, 300)}</strong>
            <small>The user name here, in any case; nothing else decides who it is.</small>
          </Detail>
          <Detail name="Its format">{printable(assertion.nameIdFormat ?? 'not said', 120)}</Detail>
          <Detail name="Issuer">{printable(assertion.issuer, 300)}</Detail>
        </Details>
      </section>
      {lines.length === 0 ? (
        <p>No claims arrived besides it.</p>
      ) : (
        <div class="claims">
          <Table
            caption="Claims"
            rows={lines}
            columns={[
              { name: 'Claim', show: ({ name }) => <code>{breakable(name)}</code> },
              { name: 'Value', show: ({ values }) => values.map((value) => <span class="line">{value}</span>) },
              { name: 'What it is for', show: ({ use, isUsed }) => (isUsed ? use : <small>{use}</small>) },
            ]}
          />
        </div>
      )}
    </>
  );
}

/** Names that are addresses break behind a slash. */
function breakable(name: string) {
  return name.split(/(?<=[/:])/).flatMap((part, i) => (i === 0 ? [part] : [<wbr />, part]));
}

/** From a test that passed to what can be done now. */
function Next({ result, screen, provider }: OutcomeProps & { readonly result: ResultOf<'passed'> }) {
  const { settings, seen } = provider;
  if (!settings || settingsHash(settings) !== result.settingsHash) {
    return (
      <>
        <Notice kind="soon">The settings were changed since: test them again.</Notice>
        <TestAgain formToken={screen.formToken} />
      </>
    );
  }
  if (settings.state === 'on') return <p>Single sign-on is on with exactly these settings.</p>;
  return <SwitchOnForm formToken={screen.formToken} seen={seen} />;
}

function PersonPanel({ verdict: { look, title, lines, change, href } }: { readonly verdict: Verdict }) {
  return (
    <section class={`panel verdict ${look}`} aria-labelledby="person">
      <h2 id="person">{title}</h2>
      {lines.map((line) => (
        <p>{line}</p>
      ))}
      {href === undefined ? null : (
        <p>
          <a href={href}>See the account</a>
        </p>
      )}
      <Changes change={change} />
    </section>
  );
}

const SIDES = { okta: 'Okta', entra: 'Entra', portal: 'Here' } as const;

/** What to change, by side. */
function Changes({ change }: { readonly change: Change | undefined }) {
  if (change === undefined) return null;
  return (
    <Details label="What to change">
      {(['okta', 'entra', 'portal'] as const).map((side) => (
        <Detail name={SIDES[side]}>{change[side]}</Detail>
      ))}
    </Details>
  );
}

/** What the identity provider must have, to compare. */
function Values({ origin }: { readonly origin: string }) {
  return (
    <section class="panel setting">
      <h2>What must stand there</h2>
      <CopyField id="acs" label="Identifier, Reply URL and Relay State" value={acsUrl(origin)} />
    </section>
  );
}

function TestAgain({ formToken }: { readonly formToken: string }) {
  return <ActionForm action={`${HERE}/test`} formToken={formToken} submit="Test again" />;
}
