// The addresses of the list of users, and of adding one.
import type { Screen } from '../screens.ts';
import { postNewUser, selectForNewUser, showNewUser } from './new-user.tsx';
import { selectUsers, showUsers } from './users.tsx';

const NEW = '/console/users/new';

export const USERS_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/users', reads: selectUsers, act: showUsers },
  { method: 'GET', path: NEW, reads: selectForNewUser, act: showNewUser },
  { method: 'POST', path: NEW, reads: selectForNewUser, act: postNewUser },
];
