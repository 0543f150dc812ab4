// One deployment, one hostname: anything else is misdirected. Forwarding headers are never read.
import type { Settings } from '../env.ts';
import type { Failure } from '../failure.ts';

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Undefined when the request is for this portal; else 421, or 403 for plain HTTP, on which a secret must not travel. */
export function checkHost(url: URL, settings: Settings): Failure | undefined {
  if (settings.allowLocalhost && LOCAL.has(url.hostname)) return undefined;
  if (url.hostname !== settings.hostname || url.port !== '') {
    return {
      code: 'misdirected_request',
      detail: 'This address serves another portal. Check the hostname in the base URL of the identity provider.',
    };
  }
  if (url.protocol !== 'https:') {
    return { code: 'https_required', detail: 'Use https: credentials must not travel over plain HTTP.' };
  }
  return undefined;
}
