// The addresses of API keys, and those of acting for their owners.
import type { Screen } from '../screens.ts';
import { postEndImpersonation, postImpersonate } from './impersonation.tsx';
import { postEndOverlap, postRevoke, postRotate, postScim } from './key-forms.tsx';
import { selectKeyList, showKeyList } from './key-list.tsx';
import { selectKeyPage, showKey } from './key-page.tsx';
import { postNewKey, showNewKey } from './new-key.tsx';

export const KEY_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/keys', reads: selectKeyList, act: showKeyList },
  { method: 'GET', path: '/console/keys/new', act: showNewKey },
  { method: 'POST', path: '/console/keys/new', act: postNewKey },
  { method: 'GET', path: '/console/keys/:id', reads: selectKeyPage, act: showKey },
  { method: 'POST', path: '/console/keys/:id/scim', reads: selectKeyPage, act: postScim },
  { method: 'POST', path: '/console/keys/:id/rotate', reads: selectKeyPage, act: postRotate },
  { method: 'POST', path: '/console/keys/:id/end-overlap', reads: selectKeyPage, act: postEndOverlap },
  { method: 'POST', path: '/console/keys/:id/revoke', reads: selectKeyPage, act: postRevoke },
  { method: 'POST', path: '/console/users/:seq/impersonate', act: postImpersonate },
  { method: 'POST', path: '/console/impersonation/end', act: postEndImpersonation },
];
