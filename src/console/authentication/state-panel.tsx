// Whether people sign in by the identity provider, what the next step is, and the buttons that take it.
import { isTested } from '../../sso/sso-store.ts';
import type { SignedIn } from '../exchange.ts';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { Time } from '../page/time-text.tsx';
import type { Provider, RecentTest } from './provider-query.ts';

type State = 'none' | 'untested' | 'ready' | 'on' | 'on_changed';

function stateOf({ settings }: Provider): State {
  if (!settings || settings.certificates.length === 0) return 'none';
  if (settings.state === 'on') return isTested(settings) ? 'on' : 'on_changed';
  return isTested(settings) ? 'ready' : 'untested';
}

interface StateText {
  readonly tag: string;
  readonly look: string;
  readonly text: string;
}

const TEXTS: Readonly<Record<State, StateText>> = {
  none: {
    tag: 'Not set up',
    look: 'note',
    text: 'Copy the values of this portal into the identity provider, enter what it gives you in return, test, then switch on. Until then only admins with a password sign in.',
  },
  untested: {
    tag: 'Off, not tested',
    look: 'soon',
    text: 'The settings are saved, and nobody can sign in by them yet. Test them: you sign in at the identity provider, and the portal shows what arrived and whom it would let in.',
  },
  ready: {
    tag: 'Off, test passed',
    look: 'note',
    text: 'A test passed with exactly these settings. Switch single sign-on on, and people sign in by the identity provider at once.',
  },
  on: {
    tag: 'On',
    look: 'good',
    text: 'People sign in by the identity provider. A test passed with exactly these settings.',
  },
  on_changed: {
    tag: 'On, not tested',
    look: 'soon',
    text: 'People sign in by the identity provider, but no test has passed with the settings as they are now. Test them again.',
  },
};

interface PanelProps {
  readonly screen: SignedIn;
  readonly provider: Provider;
}

export function StatePanel({ screen, provider }: PanelProps) {
  const state = stateOf(provider);
  const { tag, look, text } = TEXTS[state];
  return (
    <section class="panel setting state" aria-labelledby="state">
      <h2 id="state">
        Single sign-on <span class={`tag ${look}`}>{tag}</span>
      </h2>
      <p>{text}</p>
      {state === 'none' ? null : <Buttons screen={screen} provider={provider} state={state} />}
      {provider.hasPasswordAdmin || state === 'none' ? null : (
        <Notice kind="soon">
          No admin has a password: when the identity provider cannot be reached, nobody can open this console. Keep one;
          whoever runs the portal makes one with <code>npm run portal -- admin EMAIL</code>.
        </Notice>
      )}
      <Tests tests={provider.tests} now={screen.nowMs} />
    </section>
  );
}

function Buttons({ screen: { formToken }, provider, state }: PanelProps & { readonly state: State }) {
  const needsTest = state === 'untested' || state === 'on_changed';
  const isOn = provider.settings?.state === 'on';
  return (
    <div class="actions">
      <ActionForm
        action="/console/authentication/test"
        formToken={formToken}
        submit={needsTest ? 'Test' : 'Test again'}
        look={needsTest ? 'primary' : 'quiet'}
        inline
      />
      {isOn ? (
        <a class="button quiet danger" href="/console/authentication/off">
          Switch off
        </a>
      ) : (
        <SwitchOn formToken={formToken} seen={provider.seen} isReady={state === 'ready'} />
      )}
    </div>
  );
}

interface SwitchProps {
  readonly formToken: string;
  readonly seen: string;
  readonly isReady: boolean;
}

function SwitchOn({ formToken, seen, isReady }: SwitchProps) {
  if (!isReady) {
    return (
      <button type="button" disabled aria-describedby="why-off">
        Switch on
        <span class="unseen" id="why-off">
          : after a test has passed
        </span>
      </button>
    );
  }
  return <SwitchOnForm formToken={formToken} seen={seen} />;
}

/** The button that switches on what was tested. */
export function SwitchOnForm({ formToken, seen }: Omit<SwitchProps, 'isReady'>) {
  return (
    <ActionForm action="/console/authentication/on" formToken={formToken} submit="Switch on" inline>
      <input type="hidden" name="seen" value={seen} />
    </ActionForm>
  );
}

const OUTCOMES = { passed: 'passed', refused: 'was refused', none: 'has no answer yet' } as const;

/** The tests of this admin that can still be looked at. */
function Tests({ tests, now }: { readonly tests: readonly RecentTest[]; readonly now: number }) {
  if (tests.length === 0) return null;
  return (
    <ul class="tests" aria-label="Your tests">
      {tests.map(({ id, createdAt, outcome }) => (
        <li>
          <a href={`/console/authentication/test/${id}`}>Your test</a> of <Time at={createdAt} now={now} />{' '}
          {OUTCOMES[outcome ?? 'none']}
        </li>
      ))}
    </ul>
  );
}
