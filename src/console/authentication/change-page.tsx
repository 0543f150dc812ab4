// The question before single sign-on trusts somebody else while people sign in by it: nothing of the change was tested, and whoever is
// trusted can sign in as anybody.
import { printable } from '../../printable.ts';
import type { SsoSettings } from '../../sso/settings.ts';
import { trustChange } from '../../sso/trust-change.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { Detail, Details } from '../page/details.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { CertificateFacts } from './certificate-list.tsx';
import { certificatesOf } from './certificate-words.ts';
import type { Provider } from './provider-query.ts';
import { EndSessions } from './session-end.tsx';

const HERE = '/console/authentication';

/** Whether the change is asked about first: while it is on, for whatever can lock people out or let others in. */
export function asksFirst(before: SsoSettings | undefined, after: SsoSettings): before is SsoSettings {
  return before?.state === 'on' && trustChange(before, after).parts.some((part) => part !== 'signOutUrl');
}

interface Change {
  readonly provider: Provider;
  readonly before: SsoSettings;
  readonly after: SsoSettings;
  /** Of the metadata: what is not taken. */
  readonly remarks: readonly string[];
}

/** The page that says what changes, and asks. */
export async function changePage(form: Posted, change: Change): Promise<Answer> {
  const { before, after, remarks, provider } = change;
  const { added, removed } = certificateChange(before, after);
  const isMore = added.length > 0 && removed.length === 0 && before.issuer === after.issuer;
  const page = (
    <Shell title="Change single sign-on" section="settings" screen={form}>
      <BackLink href={HERE} name="Authentication Providers" />
      <h1>Change single sign-on while it is on?</h1>
      <section class="panel setting">
        <Details label="Addresses">
          <TextChange name="Issuer" before={before.issuer} after={after.issuer} />
          <TextChange name="Sign-in URL" before={before.signInUrl} after={after.signInUrl} />
          <TextChange name="Sign-out URL" before={before.signOutUrl ?? 'none'} after={after.signOutUrl ?? 'none'} />
        </Details>
        <Certificates heading="Trusted from then on" certificates={added} now={form.nowMs} />
        <Certificates heading="Not trusted any more" certificates={removed} now={form.nowMs} />
        {remarks.map((remark) => (
          <p class="hint">{remark}</p>
        ))}
        <Consequences change={change} added={added.length} removed={removed.length} />
        <ActionForm
          action={`${HERE}/change`}
          formToken={form.formToken}
          submit={isMore ? 'Add the certificate' : 'Change it now'}
          look={isMore ? 'primary' : 'danger'}
        >
          <Hidden seen={provider.seen} settings={after} />
          <EndSessions ticked={removed.length > 0 || before.issuer !== after.issuer} />
        </ActionForm>
      </section>
    </Shell>
  );
  return { response: await pageResponse(form, 200, page) };
}

function certificateChange(before: SsoSettings, after: SsoSettings) {
  return {
    added: after.certificates.filter((one) => !before.certificates.includes(one)),
    removed: before.certificates.filter((one) => !after.certificates.includes(one)),
  };
}

function TextChange({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}) {
  if (before === after) return null;
  return (
    <Detail name={name}>
      <span class="line">
        now <code>{printable(before, 3_000)}</code>
      </span>
      <span class="line">
        then <code>{printable(after, 3_000)}</code>
      </span>
    </Detail>
  );
}

interface CertificatesProps {
  readonly heading: string;
  readonly certificates: readonly string[];
  readonly now: number;
}

function Certificates({ heading, certificates, now }: CertificatesProps) {
  if (certificates.length === 0) return null;
  return (
    <>
      <h2>{heading}</h2>
      {certificatesOf(certificates).map((certificate) => (
        <CertificateFacts certificate={certificate} now={now} />
      ))}
    </>
  );
}

interface ConsequencesProps {
  readonly change: Change;
  readonly added: number;
  readonly removed: number;
}

function Consequences({ change, added, removed }: ConsequencesProps) {
  const { before, after, provider } = change;
  const { isMailed } = trustChange(before, after);
  return (
    <>
      <h2>What follows</h2>
      <ul>
        {added > 0 ? (
          <li>
            Whoever has the key of a trusted certificate can sign in as anybody: compare it with that of the identity
            provider, by its fingerprint.
          </li>
        ) : null}
        {removed > 0 ? <li>Responses that are signed with a certificate that goes are refused.</li> : null}
        {before.issuer === after.issuer ? null : <li>Responses of the present issuer are refused.</li>}
        <li>It works at once and untested: test it right afterwards, while you are signed in here.</li>
        {isMailed ? <li>Every active admin gets a mail about it.</li> : null}
      </ul>
      <WarnOfNobody provider={provider} />
    </>
  );
}

/** Where nobody could repair what goes wrong. */
export function WarnOfNobody({ provider }: { readonly provider: Provider }) {
  if (provider.hasPasswordAdmin) return null;
  return (
    <Notice kind="act">
      No admin has a password: if this is wrong, nobody can open this console any more. Whoever runs the portal can make
      one with <code>npm run portal -- admin EMAIL</code>; do that first.
    </Notice>
  );
}

function Hidden({ seen, settings }: { readonly seen: string; readonly settings: SsoSettings }) {
  const { issuer, signInUrl, signOutUrl, certificates } = settings;
  const texts = [...Object.entries({ seen, issuer, signInUrl, signOutUrl: signOutUrl ?? '' })];
  const all = [...texts, ...certificates.map((one, place) => [`certificate${place}`, one] as const)];
  return (
    <>
      {all.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
