// The certificates that responses are trusted by: which ones, until when, and the way to take one away.
import { readableTime } from '../../printable.ts';
import type { Certificate } from '../../sso/certificate.ts';
import { Detail, Details } from '../page/details.tsx';
import { Notice } from '../page/notice.tsx';
import { Time } from '../page/time-text.tsx';
import { removalPath, rollOverAdvice, VALIDITY_TAGS, validityOf } from './certificate-words.ts';

interface ListProps {
  readonly certificates: readonly Certificate[];
  readonly now: number;
}

export function CertificateList({ certificates, now }: ListProps) {
  if (certificates.length === 0) return null;
  const advice = rollOverAdvice(certificates, now);
  return (
    <section aria-labelledby="certificates" class="certificates">
      <h3 id="certificates">Certificates in use</h3>
      <p class="hint">
        Responses that are signed with one of these are trusted until it is removed, whatever its dates say.
      </p>
      {advice === undefined ? null : <Notice kind="soon">{advice}</Notice>}
      <ul>
        {certificates.map((certificate) => (
          <li>
            <CertificateFacts certificate={certificate} now={now} />
            <a class="button quiet danger" href={removalPath(certificate)}>
              Remove<span class="unseen"> {certificate.subject}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Breaks behind a colon where it has to. */
function breakable(fingerprint: string) {
  return fingerprint.split(/(?<=:)/).flatMap((part, i) => (i === 0 ? [part] : [<wbr />, part]));
}

/** One certificate. */
export function CertificateFacts({ certificate, now }: { readonly certificate: Certificate; readonly now: number }) {
  const { subject, notBeforeMs, notAfterMs, fingerprint, thumbprint } = certificate;
  const { word, look } = VALIDITY_TAGS[validityOf(certificate, now)];
  return (
    <Details label={subject}>
      <Detail name="Subject">
        {subject} <span class={`tag ${look}`}>{word}</span>
      </Detail>
      <Detail name="Valid">
        <span class="line">from {readableTime(notBeforeMs)}</span>
        <span class="line">
          until {readableTime(notAfterMs)}, <Time at={notAfterMs} now={now} />
        </span>
      </Detail>
      <Detail name="SHA-256 fingerprint">
        <code class="print">{breakable(fingerprint)}</code>
      </Detail>
      <Detail name="Thumbprint in Entra">
        <code class="print">{thumbprint}</code>
      </Detail>
    </Details>
  );
}
