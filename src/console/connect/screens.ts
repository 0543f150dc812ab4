// The addresses of the guides.
import type { Screen } from '../screens.ts';
import { selectConnect, showConnect } from './connect-home.tsx';
import type { IdpName } from './guide.ts';
import { selectCheck, selectGuide, showCheck, showGuide } from './guide-page.tsx';
import { showSsoEntra, showSsoOkta } from './sso-guide-page.tsx';

const IDPS: readonly IdpName[] = ['okta', 'entra', 'other'];

export const CONNECT_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/connect', reads: selectConnect, act: showConnect },
  { method: 'GET', path: '/console/connect/sso-okta', act: showSsoOkta },
  { method: 'GET', path: '/console/connect/sso-entra', act: showSsoEntra },
  ...IDPS.flatMap((idp): Screen[] => [
    {
      method: 'GET',
      path: `/console/connect/${idp}`,
      reads: selectGuide,
      act: (screen) => showGuide(screen, idp),
    },
    {
      method: 'GET',
      path: `/console/connect/${idp}/check`,
      isLive: true,
      reads: selectCheck,
      act: (screen) => showCheck(screen, idp),
    },
  ]),
];
