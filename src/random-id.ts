// Identifiers of our own making: 128 random bits as hex, for resources with opaque ids, mutations and requests.
import type { Sources } from './env.ts';

/** 32 hexadecimal characters. */
export function randomId(sources: Sources): string {
  return Array.from(sources.randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
