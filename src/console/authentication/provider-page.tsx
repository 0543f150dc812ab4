// Authentication Providers: what the identity provider is told, what it says, its certificates, and whether people sign in by it.
import { printable } from '../../printable.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { ConfigurationTabs } from '../page/configuration-tabs.tsx';
import { COPY_SCRIPT } from '../page/copy-field.tsx';
import { Detail, Details } from '../page/details.tsx';
import { FILE_SCRIPT } from '../page/file-area.tsx';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { CertificateList } from './certificate-list.tsx';
import { certificatesOf } from './certificate-words.ts';
import { OurValues } from './our-values.tsx';
import { type Provider, readProvider } from './provider-query.ts';
import { MetadataForm, SettingsForm, type TypedFields, type WrongField } from './settings-form.tsx';
import { StatePanel } from './state-panel.tsx';

const DONE = {
  saved: 'Saved. Test the settings as they are now.',
  remarks:
    'Saved, but not everything in the metadata was taken: the portal keeps two certificates, the newest that are valid, signs no requests, and takes no sign-out URL from there. Enter it below.',
  same: 'Nothing was changed: that is how the settings are.',
  changed: 'Changed. Test the settings as they are now, while you are signed in here.',
  removed: 'The certificate is removed: responses that are signed with it are refused.',
  on: 'Single sign-on is on. Sign-ins and refusals are in the log.',
  off: 'Single sign-on is off: nobody signs in by the identity provider.',
} as const;

export type Done = keyof typeof DONE;

/** What became of the sessions, behind these. */
const SESSIONS: Readonly<Record<'on' | 'off', string>> = {
  on: 'All sessions that single sign-on began are ended, except your own.',
  off: 'Whoever is signed in by single sign-on stays so, for 12 hours at most.',
};

/** GET: the page. */
export async function showProvider(screen: SignedIn): Promise<Answer> {
  const note = noteOf(screen.url);
  return { response: await providerPage(screen, screen.results, { status: 200, ...(note ? { note } : {}) }) };
}

function noteOf(url: URL): NoticeProps | undefined {
  const note = doneNote(url, DONE);
  const endsSessions = ['changed', 'removed', 'off'].includes(url.searchParams.get('done') ?? '');
  if (!note || !endsSessions) return note;
  return { ...note, children: `${note.children} ${SESSIONS[url.searchParams.get('ended') === 'yes' ? 'on' : 'off']}` };
}

/** How a form came back: what was typed, and what is wrong. */
export interface Again {
  readonly status: number;
  readonly note?: NoticeProps;
  readonly typed?: TypedFields;
  readonly metadata?: string;
  readonly wrong?: WrongField | undefined;
}

/** The page, of the results of `selectProvider`. */
export function providerPage(screen: SignedIn, results: readonly D1Result[], again: Again): Promise<Response> {
  const provider = readProvider(screen, results);
  return pageResponse(
    screen,
    again.status,
    <Shell
      title="Authentication Providers"
      section="settings"
      screen={screen}
      note={again.note}
      scripts={[COPY_SCRIPT, FILE_SCRIPT]}
    >
      <ConfigurationTabs here="authentication" />
      <h1>Authentication Providers</h1>
      <StatePanel screen={screen} provider={provider} />
      <OurValues origin={screen.url.origin} />
      <Theirs screen={screen} provider={provider} again={again} />
      <Reach screen={screen} provider={provider} />
    </Shell>,
  );
}

interface PartProps {
  readonly screen: SignedIn;
  readonly provider: Provider;
}

/** What the identity provider says of itself. */
function Theirs({ screen, provider, again }: PartProps & { readonly again: Again }) {
  const { settings, seen } = provider;
  const { issuer = '', signInUrl = '', signOutUrl = null, certificates = [] } = settings ?? {};
  const typed = again.typed ?? { issuer, signInUrl, signOutUrl: signOutUrl ?? '', certificates: [] };
  const form = { formToken: screen.formToken, seen, wrong: again.wrong };
  return (
    <section class="panel setting" aria-labelledby="theirs">
      <h2 id="theirs">2. Enter what the identity provider says</h2>
      <details open={settings === undefined || again.wrong === 'metadata'}>
        <summary>From its metadata, all at once</summary>
        <MetadataForm {...form} typed={again.metadata} />
      </details>
      <h3>Field by field</h3>
      <SettingsForm {...form} typed={typed} kept={certificates.length} />
      <CertificateList certificates={certificatesOf(certificates)} now={screen.nowMs} />
    </section>
  );
}

/** What whoever runs the portal has set, to read. */
function Reach({ screen: { portal }, provider: { domains, row } }: PartProps) {
  const isJit = portal.policy.jit.state === 'on';
  return (
    <section class="panel setting" aria-labelledby="reach">
      <h2 id="reach">Who can sign in, and where they land</h2>
      <Details>
        <Detail name="First sign-in">
          {isJit
            ? 'Makes the account of a person whom the portal does not know, where their e-mail address is of a verified domain.'
            : 'Makes no account: a person signs in after the identity provider has provisioned them.'}
          <small>
            <code>npm run portal -- policy set jit.state {isJit ? 'off' : 'on'}</code>
          </small>
        </Detail>
        <Detail name="Verified e-mail domains">
          {domains.length === 0 ? 'None' : domains.map((domain) => <span class="line">{printable(domain, 260)}</span>)}
          <small>
            <code>npm run portal -- domain add DOMAIN</code>
          </small>
        </Detail>
        <Detail name="App URL">
          Admins land in this console, everybody else at <code>{printable(row.appUrl, 300)}</code>
          <small>
            <code>npm run portal -- app-url URL</code>
          </small>
        </Detail>
      </Details>
      <p class="hint">Only whoever runs the portal changes these; ask support.</p>
    </section>
  );
}
