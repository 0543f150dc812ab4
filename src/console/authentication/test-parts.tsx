// What the pages of a test share: what to change over there, what to compare, and another try.
import type { Change } from '../../log/idp-menus.ts';
import { acsUrl } from '../../sso/settings.ts';
import { CopyField } from '../page/copy-field.tsx';
import { Detail, Details } from '../page/details.tsx';
import { ActionForm } from '../page/fields.tsx';
import { HERE } from './changes.tsx';

const SIDES = { okta: 'Okta', entra: 'Entra', portal: 'Here' } as const;

/** What to change, by side. */
export function Changes({ change }: { readonly change: Change | undefined }) {
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
export function Values({ origin }: { readonly origin: string }) {
  return (
    <section class="panel setting">
      <h2>What must stand there</h2>
      <CopyField id="acs" label="Identifier, Reply URL and Relay State" value={acsUrl(origin)} />
    </section>
  );
}

export function TestAgain({ formToken }: { readonly formToken: string }) {
  return <ActionForm action={`${HERE}/test`} formToken={formToken} submit="Test again" />;
}
