// An issuer of assertions for tests: its keys, what it signs, and the address where it shows the public ones, answered without a network.
import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { vi } from 'vitest';
import type { WorkloadIdentity } from '../../src/auth/oauth/client-grant.ts';

let tenants = 0;

type Answering = (url: string) => Response | Promise<Response>;

/** A key with a name, and whatever algorithm. */
export async function aKeyPair(kid: string, alg = 'RS256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk, pem: alg.startsWith('ES') ? '' : await exportSPKI(publicKey) };
}
type KeyPair = Awaited<ReturnType<typeof aKeyPair>>;

/** Shaped like Entra's: a tenant with keys at its own address, one a test since keys are remembered by address. */
export class Issuer {
  readonly identity: WorkloadIdentity;
  readonly appId = 'b5ba7a93-4452-4522-aeb4-a2b5da870c16';
  readonly key: KeyPair;
  shown: KeyPair[];
  /** How often the keys were asked for. */
  fetched = 0;
  /** In place of the keys. */
  answers: Answering | undefined;

  constructor(key: KeyPair) {
    const tenant = `https://login.microsoftonline.com/tenant-${++tenants}`;
    this.key = key;
    this.shown = [key];
    this.identity = {
      issuer: `${tenant}/v2.0`,
      subject: 'd2f8ee76-c549-45b8-a143-f5b640669704',
      audience: `api://${this.appId}/.default`,
      jwksUrl: `${tenant}/discovery/v2.0/keys`,
    };
  }

  /** Answers at the address of the keys; nothing else can be fetched. */
  listen(): void {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (url !== this.identity.jwksUrl) throw new TypeError(`nothing answers at ${url}`);
      if (init?.redirect !== 'manual') throw new TypeError('redirects would be followed');
      this.fetched += 1;
      return this.answers ? this.answers(url) : Response.json({ keys: this.shown.map(({ jwk }) => jwk) });
    });
  }

  /** The claims as Entra has them, good for an hour. */
  claims(nowMs: number): Record<string, unknown> {
    const now = Math.floor(nowMs / 1000);
    const { issuer, subject } = this.identity;
    const times = { iat: now, nbf: now, exp: now + 3900 };
    return {
      aud: `api://${this.appId}`,
      iss: issuer,
      sub: subject,
      appid: this.appId,
      oid: subject,
      ver: '2.0',
      ...times,
    };
  }

  /** An assertion; claims of `more` that are undefined are left out. */
  assertion(nowMs: number, more: object = {}, header: object = {}, key = this.key): Promise<string> {
    const claims = Object.entries({ ...this.claims(nowMs), ...more }).filter(([, value]) => value !== undefined);
    const { alg, kid } = key;
    return new SignJWT(Object.fromEntries(claims))
      .setProtectedHeader({ alg, kid, typ: 'JWT', ...header } as JWTHeaderParameters)
      .sign(key.privateKey);
  }
}
