// The addresses of the log.
import type { Screen } from '../screens.ts';
import { showLive } from './live-log.tsx';
import { sendLogFile } from './log-file.ts';
import { showLog } from './log-page.tsx';
import { selectFile, selectLive, selectPage } from './log-page-query.ts';

export const LOG_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/log', reads: selectPage, act: showLog },
  { method: 'GET', path: '/console/log/live', isLive: true, reads: selectLive, act: showLive },
  { method: 'GET', path: '/console/log.csv', reads: selectFile, act: sendLogFile },
];
