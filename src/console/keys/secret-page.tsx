// The one page that shows a password: the answer to the form that made it. Nothing of it is stored, so loading it again shows
// the key's page.
import type { CreatedScimKey } from '../../auth/key-store.ts';
import { printable } from '../../printable.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { Notice } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';

interface Secret {
  readonly key: CreatedScimKey;
  readonly label: string;
  /** What happened, in a sentence, and what is left to do. */
  readonly children: unknown;
}

/** 200 with the secret. */
export async function secretPage(screen: SignedIn, { key, label, children }: Secret): Promise<Answer> {
  const { keyId, username, password } = key;
  const baseUrl = `${screen.url.origin}/scim/v2`;
  const page = (
    <Shell title="SCIM API Password" section="keys" screen={screen} scripts={[COPY_SCRIPT]}>
      <BackLink href={`/console/keys/${keyId}`} name={printable(label, 60)} />
      <h1>Copy the password now</h1>
      <Notice kind="soon">
        <strong>It is shown only this once.</strong> It is stored nowhere and cannot be shown again; who loses it
        rotates the key.
      </Notice>
      <p class="lead">{children}</p>
      <div class="key-secrets">
        <section class="panel" aria-labelledby="okta">
          <h2 id="okta">Okta, and whatever has two fields</h2>
          <CopyField id="base-url" label="Base URL" value={baseUrl} />
          <CopyField id="username" label="SCIM API Username" value={username} />
          <CopyField id="password" label="SCIM API Password" value={password} />
          <p>
            <a href={`/console/connect/okta?key=${keyId}`}>Connect Okta, step by step</a>
          </p>
        </section>
        <section class="panel" aria-labelledby="entra">
          <h2 id="entra">Entra</h2>
          <CopyField id="tenant-url" label="Tenant URL" value={`${baseUrl}/entra`} />
          <CopyField
            id="token"
            label="Secret token"
            value={`${username}:${password}`}
            hint="Username and password, joined by a colon."
          />
          <p>
            <a href={`/console/connect/entra?key=${keyId}`}>Connect Entra, step by step</a>
          </p>
        </section>
      </div>
      <p>
        <a class="button" href={`/console/keys/${keyId}`}>
          I have copied it
        </a>
      </p>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}
