// Ids of workspaces, files, messages and their mutations: 128 random bits, safe in URLs and R2 keys.
import type { Sources } from '../env.ts';

/** 32 hexadecimal digits. */
export function newContentId(sources: Sources): string {
  return Array.from(sources.randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
