// The addresses of single sign-on.
import type { Screen } from '../screens.ts';
import { postChange, postMetadata, postOff, postOn, postSettings } from './changes.tsx';
import { showProvider } from './provider-page.tsx';
import { selectProvider } from './provider-query.ts';
import { postRemoval, showOff, showRemoval } from './step-pages.tsx';
import { selectTest, showTest } from './test-page.tsx';
import { postTest } from './test-start.tsx';

const HERE = '/console/authentication';
const CERTIFICATE = `${HERE}/certificates/:fingerprint`;
/** Two certificates, and all of the metadata, whose characters a form writes as three each at most. */
const SETTINGS_BYTES = 128 * 1024;
const METADATA_BYTES = 640 * 1024;

const reads = selectProvider;

export const AUTHENTICATION_SCREENS: readonly Screen[] = [
  { method: 'GET', path: HERE, reads, act: showProvider },
  { method: 'POST', path: HERE, reads, act: postSettings, maxBytes: SETTINGS_BYTES },
  { method: 'POST', path: `${HERE}/metadata`, reads, act: postMetadata, maxBytes: METADATA_BYTES },
  { method: 'POST', path: `${HERE}/change`, reads, act: postChange, maxBytes: SETTINGS_BYTES },
  { method: 'GET', path: CERTIFICATE, reads, act: showRemoval },
  { method: 'POST', path: CERTIFICATE, reads, act: postRemoval },
  { method: 'POST', path: `${HERE}/on`, reads, act: postOn },
  { method: 'GET', path: `${HERE}/off`, reads, act: showOff },
  { method: 'POST', path: `${HERE}/off`, reads, act: postOff },
  { method: 'POST', path: `${HERE}/test`, reads, act: postTest },
  { method: 'GET', path: `${HERE}/test/:id`, reads: selectTest, act: showTest },
];
