// The addresses of one user's pages, and of what an admin does with the account.
import type { Screen } from '../screens.ts';
import { selectForHistory, showHistory } from './history.tsx';
import { showUser } from './overview.tsx';
import { selectDetails } from './user-query.ts';

const USER = '/console/users/:seq';

export const USER_SCREENS: readonly Screen[] = [
  { method: 'GET', path: USER, reads: selectDetails, act: showUser },
  { method: 'GET', path: `${USER}/history`, reads: selectForHistory, act: showHistory },
];
