// The addresses of the brake.
import type { Screen } from '../screens.ts';
import { selectBrakePage, showBrake } from './brake.tsx';
import { postLift } from './lift.ts';
import { postRelease } from './release.tsx';
import { postRestore } from './restore.tsx';

export const BRAKE_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/brake', reads: selectBrakePage, act: showBrake },
  { method: 'POST', path: '/console/brake/restore', act: postRestore },
  { method: 'POST', path: '/console/brake/release', act: postRelease },
  { method: 'POST', path: '/console/brake/lift', act: postLift },
];
