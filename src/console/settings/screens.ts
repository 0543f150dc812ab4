// The addresses of the settings.
import type { Screen } from '../screens.ts';
import { postBrake, postName } from './change.tsx';
import { selectSettingsPage, showSettings } from './settings.tsx';

export const SETTINGS_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/settings', reads: selectSettingsPage, act: showSettings },
  { method: 'POST', path: '/console/settings/name', act: postName },
  { method: 'POST', path: '/console/settings/brake', act: postBrake },
];
