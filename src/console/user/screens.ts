// The addresses of one user's pages, and of what an admin does with the account.
import type { Screen } from '../screens.ts';
import { postPasswordLink } from './actions.tsx';
import { postConversion, showConversion } from './conversion.tsx';
import { postDeactivation, showDeactivation } from './deactivation.tsx';
import { selectForHistory, showHistory } from './history.tsx';
import { showUser } from './overview.tsx';
import { postReactivation, showReactivation } from './reactivation.tsx';
import { postAdmin, postRole, postTeam } from './role-actions.tsx';
import { selectDetails } from './user-query.ts';

const USER = '/console/users/:seq';

export const USER_SCREENS: readonly Screen[] = [
  { method: 'GET', path: USER, reads: selectDetails, act: showUser },
  { method: 'GET', path: `${USER}/history`, reads: selectForHistory, act: showHistory },
  { method: 'POST', path: `${USER}/admin`, reads: selectDetails, act: postAdmin },
  { method: 'POST', path: `${USER}/role`, reads: selectDetails, act: postRole },
  { method: 'POST', path: `${USER}/team`, reads: selectDetails, act: postTeam },
  { method: 'GET', path: `${USER}/deactivate`, reads: selectDetails, act: showDeactivation },
  { method: 'POST', path: `${USER}/deactivate`, reads: selectDetails, act: postDeactivation },
  { method: 'GET', path: `${USER}/reactivate`, reads: selectDetails, act: showReactivation },
  { method: 'POST', path: `${USER}/reactivate`, reads: selectDetails, act: postReactivation },
  { method: 'GET', path: `${USER}/convert`, reads: selectDetails, act: showConversion },
  { method: 'POST', path: `${USER}/convert`, reads: selectDetails, act: postConversion },
  { method: 'POST', path: `${USER}/password-link`, reads: selectDetails, act: postPasswordLink },
];
