// Bindings and settings of one deployment, parsed at each request and failing closed. A deployment serves exactly one hostname;
// localhost only where the development setting says so.

/** The bindings that `wrangler.toml` declares. */
export interface Env {
  readonly DB: D1Database;
  readonly SCIM_KEYS: KVNamespace;
  readonly FILES: R2Bucket;
  readonly EMAIL: SendEmail;
  readonly AUTH_FAILURES: RateLimit;
  readonly REFUSAL_SAMPLE: RateLimit;
  readonly SIGN_IN_TRIES: RateLimit;
  readonly PORTAL_HOSTNAME: string;
  /** The sender of mails. */
  readonly EMAIL_FROM: string;
  readonly ALLOW_LOCALHOST?: string;
}

/** What the environment decides about requests: the one hostname, and whether localhost is answered over plain HTTP. */
export interface Settings {
  readonly hostname: string;
  readonly allowLocalhost: boolean;
}

/** Reads the settings; throws when the hostname is missing, so that a misconfigured Worker answers nothing. */
export function readSettings(env: Env): Settings {
  const hostname = env.PORTAL_HOSTNAME?.trim().toLowerCase();
  if (!hostname || hostname.includes('/') || hostname.includes(':')) {
    throw new Error('PORTAL_HOSTNAME must be the bare hostname of the portal, such as acme.vendor.example');
  }
  return { hostname, allowLocalhost: env.ALLOW_LOCALHOST === 'true' };
}

/** Clock and randomness, passed in so that tests own them. */
export interface Sources {
  /** Now, in milliseconds since the epoch, UTC. */
  readonly nowMs: () => number;
  /** `length` random bytes from a cryptographic source. */
  readonly randomBytes: (length: number) => Uint8Array;
}

/** The sources of the real Worker. */
export const systemSources: Sources = {
  nowMs: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
