// The page of a guide to single sign-on: the steps with this portal's values.
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT } from '../page/copy-field.tsx';
import { Shell } from '../page/shell.tsx';
import { type GuideTable, guideFor } from './guide.ts';
import { StepPanel } from './guide-parts.tsx';
import { SSO_ENTRA_GUIDE } from './sso-entra-guide.ts';
import { SSO_OKTA_GUIDE } from './sso-okta-guide.ts';

/** GET: the guide for Okta. */
export function showSsoOkta(screen: SignedIn): Promise<Answer> {
  return showSsoGuide(screen, SSO_OKTA_GUIDE);
}

/** GET: the guide for Entra. */
export function showSsoEntra(screen: SignedIn): Promise<Answer> {
  return showSsoGuide(screen, SSO_ENTRA_GUIDE);
}

async function showSsoGuide(screen: SignedIn, table: GuideTable): Promise<Answer> {
  const { policy, extensionUrn } = screen.portal;
  const { name, lead, steps } = guideFor(table, {
    origin: screen.url.origin,
    username: undefined,
    policy,
    extensionUrn,
  });
  const page = (
    <Shell title={`Single sign-on with ${name}`} section="connect" screen={screen} scripts={[COPY_SCRIPT]}>
      <BackLink href="/console/connect" name="Connect" />
      <h1>Single sign-on with {name}</h1>
      <p class="lead">{lead}</p>
      <p>
        <a class="button quiet" href="/console/authentication">
          Open Authentication Providers
        </a>
      </p>
      <ol class="steps sso-steps">
        {steps.map((step, i) => (
          <StepPanel step={step} number={i + 1} />
        ))}
      </ol>
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}
