// The two steps that ask first: switching single sign-on off, and taking a certificate away.
import { type Failure, kindOf } from '../../failure.ts';
import type { Certificate } from '../../sso/certificate.ts';
import { withoutCertificate } from '../../sso/settings-change.ts';
import { isTested } from '../../sso/sso-store.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { ActionForm } from '../page/fields.tsx';
import { failureNote, Notice } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { CertificateFacts } from './certificate-list.tsx';
import { certificatesOf, removalPath } from './certificate-words.ts';
import { WarnOfNobody } from './change-page.tsx';
import { again, HERE, save, staleness } from './changes.tsx';
import { type Provider, readProvider } from './provider-query.ts';
import { EndSessions } from './session-end.tsx';

/** GET: what switching off means. */
export async function showOff(screen: SignedIn): Promise<Answer> {
  const { settings, seen, hasPasswordAdmin } = readProvider(screen, screen.results);
  if (settings?.state !== 'on') return { response: seeOther(screen, HERE) };
  const page = (
    <Shell title="Switch single sign-on off" section="settings" screen={screen}>
      <BackLink href={HERE} name="Authentication Providers" />
      <h1>Switch single sign-on off?</h1>
      <section class="panel setting">
        <ul>
          <li>From then on nobody signs in by the identity provider.</li>
          <li>Admins with a password can still sign in.</li>
          <li>Every active admin gets a mail about it.</li>
          <li>Provisioning goes on, and so do accounts, keys and files.</li>
          <li>
            The settings are kept: it can be switched on again{isTested(settings) ? '' : ' after a test has passed'}.
          </li>
        </ul>
        {hasPasswordAdmin ? null : (
          <Notice kind="act">
            No admin has a password: nobody could open this console any more. Whoever runs the portal can make one with{' '}
            <code>npm run portal -- admin EMAIL</code>; do that first.
          </Notice>
        )}
        <ActionForm
          action={`${HERE}/off`}
          formToken={screen.formToken}
          submit="Switch single sign-on off"
          look="danger"
        >
          <input type="hidden" name="seen" value={seen} />
          <EndSessions ticked />
        </ActionForm>
      </section>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

/** GET: the certificate that may be removed. */
export async function showRemoval(screen: SignedIn): Promise<Answer> {
  const provider = readProvider(screen, screen.results);
  const certificate = namedBy(screen, provider);
  return certificate ? removalPage(screen, provider, certificate) : notFound(screen);
}

/** POST: removes it. */
export async function postRemoval(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const certificate = namedBy(form, provider);
  if (!certificate || !provider.settings) return notFound(form);
  const left = withoutCertificate(provider.settings, certificate.fingerprint);
  if (!left.ok) return removalPage(form, provider, certificate, left.failure);
  return save(form, provider, left.value, 'removed', {});
}

function namedBy({ params }: SignedIn, { settings }: Provider): Certificate | undefined {
  const path = `${HERE}/certificates/${params['fingerprint']}`;
  return certificatesOf(settings?.certificates ?? []).find((one) => removalPath(one) === path);
}

async function removalPage(
  screen: SignedIn,
  provider: Provider,
  certificate: Certificate,
  failure?: Failure,
): Promise<Answer> {
  const { settings, seen } = provider;
  const isOn = settings?.state === 'on';
  const isLast = settings?.certificates.length === 1;
  const page = (
    <Shell title="Remove a certificate" section="settings" screen={screen} note={failure && failureNote(failure)}>
      <BackLink href={HERE} name="Authentication Providers" />
      <h1>Remove this certificate?</h1>
      <section class="panel setting">
        <CertificateFacts certificate={certificate} now={screen.nowMs} />
        {isOn && isLast ? (
          <Notice kind="soon">
            It is the only one, and single sign-on is on: add the next one first, or switch single sign-on off.
          </Notice>
        ) : (
          <>
            <p>
              Responses that are signed with it are refused from then on
              {isOn
                ? '. Be sure that the identity provider signs with the other one already: the last test shows it. Every active admin gets a mail about it.'
                : '.'}
            </p>
            {isOn ? <WarnOfNobody provider={provider} /> : null}
            <ActionForm
              action={removalPath(certificate)}
              formToken={screen.formToken}
              submit="Remove the certificate"
              look="danger"
            >
              <input type="hidden" name="seen" value={seen} />
              <EndSessions ticked />
            </ActionForm>
          </>
        )}
      </section>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}
