// Counts failed authentications of one client address, after they failed: a valid key never meets this limit.
import type { Env } from '../env.ts';
import type { Failure } from '../failure.ts';
import { answered } from '../storage/deadline.ts';

/** The period of the binding AUTH_FAILURES in wrangler.toml. */
const PERIOD_SECONDS = 60;

/** Counts one failure and returns the 429 to answer instead, once the address is over the limit. A binding that fails
 * or stalls blocks nobody. The hostname is part of the key, since Cloudflare counts by account and namespace: portals of one account
 * stay apart. */
export async function limitFailures(
  env: Pick<Env, 'AUTH_FAILURES'>,
  hostname: string,
  clientAddress: string,
): Promise<Failure | undefined> {
  try {
    const key = `${hostname}:${network(clientAddress)}`;
    const { success } = await answered('rate limit', () => env.AUTH_FAILURES.limit({ key }));
    if (success) return undefined;
  } catch {
    return undefined;
  }
  return {
    code: 'too_many_failures',
    detail:
      'Too many requests with a missing, malformed or unknown credential came from this address. ' +
      `Correct the SCIM API Username and Password, then try again in ${PERIOD_SECONDS} seconds.`,
    retryAfterSeconds: PERIOD_SECONDS,
  };
}

/** What of an address is counted: an IPv6 client owns a whole /64 and could use another address for every try; the network part is what counts. */
export function network(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : Math.max(0, 4 - groups.length);
  return [...groups, ...Array.from({ length: zeros }, () => '0')].slice(0, 4).join(':').toLowerCase();
}
