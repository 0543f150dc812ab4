// The addresses of OAuth clients, and the one where an admin allows one of them.
import type { Screen } from '../screens.ts';
import { postAccessEnd, showAccessEnd } from './access-end.tsx';
import { postClientEnd, postSecret, postSecretEnd, showSecretEnd } from './client-forms.tsx';
import { selectClientList, showClientList } from './client-list.tsx';
import { selectClientPage, showClient } from './client-page.tsx';
import { postConsent, selectConsent, showConsent } from './consent.tsx';
import { postNewClient, selectForNewClient, showNewClient } from './new-client.tsx';

const CLIENT = '/console/clients/:id';
const SECRET = `${CLIENT}/secrets/:secret`;
const ACCESS = `${CLIENT}/access/:access`;
const AUTHORIZE = '/oauth/authorize';

export const CLIENT_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/clients', reads: selectClientList, act: showClientList },
  { method: 'GET', path: '/console/clients/new', reads: selectForNewClient, act: showNewClient },
  { method: 'POST', path: '/console/clients/new', reads: selectForNewClient, act: postNewClient },
  { method: 'GET', path: CLIENT, reads: selectClientPage, act: showClient },
  { method: 'POST', path: `${CLIENT}/secrets`, reads: selectClientPage, act: postSecret },
  { method: 'GET', path: SECRET, reads: selectClientPage, act: showSecretEnd },
  { method: 'POST', path: SECRET, reads: selectClientPage, act: postSecretEnd },
  { method: 'GET', path: ACCESS, reads: selectClientPage, act: showAccessEnd },
  { method: 'POST', path: ACCESS, reads: selectClientPage, act: postAccessEnd },
  { method: 'POST', path: `${CLIENT}/revoke`, reads: selectClientPage, act: postClientEnd },
  { method: 'GET', path: AUTHORIZE, reads: selectConsent, act: showConsent },
  { method: 'POST', path: AUTHORIZE, reads: selectConsent, act: postConsent },
];
