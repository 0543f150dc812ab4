// The addresses of the list of users, and of adding one.
import type { Screen } from '../screens.ts';
import { selectUsers, showUsers } from './users.tsx';

export const USERS_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/users', reads: selectUsers, act: showUsers },
];
