// `<state>/idp.json`: the key and the certificate of the local identity provider, kept between runs so that a portal which was set up
// once stays so. Whoever has the file signs in as anybody in that local portal, hence the mode 0600.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, makeIdentity } from './identity.ts';

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;

interface Stored {
  readonly identity: Identity;
  readonly notAfterMs: number;
}

/** Where the file of a state directory is. */
export function identityPath(stateDirectory: string): string {
  return join(stateDirectory, 'idp.json');
}

/** The identity of an earlier run; a new one where there is none, or where it ends within a day. */
export async function keptIdentity(stateDirectory: string, nowMs: number): Promise<Identity> {
  const stored = readStored(stateDirectory);
  if (stored && stored.notAfterMs > nowMs + DAY_MS) return stored.identity;
  const validity = { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + VALID_DAYS * DAY_MS };
  const identity = await makeIdentity('idp.acme.example', validity);
  writeStored(stateDirectory, { identity, notAfterMs: validity.notAfterMs });
  return identity;
}

function readStored(stateDirectory: string): Stored | undefined {
  try {
    const stored: unknown = JSON.parse(readFileSync(identityPath(stateDirectory), 'utf8'));
    return isStored(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, notAfterMs }: { identity?: Partial<Record<keyof Identity, unknown>>; notAfterMs?: unknown } = value;
  const names = ['privateKeyPem', 'certificatePem', 'certificateBase64'] as const;
  return typeof notAfterMs === 'number' && names.every((name) => typeof identity?.[name] === 'string');
}

function writeStored(stateDirectory: string, stored: Stored): void {
  const path = identityPath(stateDirectory);
  mkdirSync(stateDirectory, { recursive: true });
  writeFileSync(path, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}
