// What a test that passed shows: whom it would sign in, every claim with what becomes of it, and what can be done now.
import { printable } from '../../printable.ts';
import { settingsHash } from '../../sso/sso-store.ts';
import type { TestResult } from '../../sso/test-result.ts';
import type { SignedIn } from '../exchange.ts';
import { Detail, Details } from '../page/details.tsx';
import { Notice } from '../page/notice.tsx';
import { Table } from '../page/table.tsx';
import type { Provider } from './provider-query.ts';
import { SwitchOnForm } from './state-panel.tsx';
import { Changes, TestAgain } from './test-parts.tsx';
import { claimLines, personVerdict, type Verdict } from './test-words.ts';

interface PassedProps {
  readonly screen: SignedIn;
  readonly provider: Provider;
  readonly result: Extract<TestResult, { outcome: 'passed' }>;
}

export function PassedTest({ result, screen, provider }: PassedProps) {
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
function Next({ result, screen, provider }: PassedProps) {
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
