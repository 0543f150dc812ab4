// Files as the vendor's product stores and reads them.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { type ContentKind, readContent, storeContent } from './content.ts';

const FILE: ContentKind = { noun: 'file', table: 'files', named: true };

/** Who uploads what, and into which workspace; without one it is the owner's personal file. */
export interface NewFile {
  readonly ownerSeq: number;
  readonly workspaceId?: string | undefined;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Stores a file. Fails with `resource_not_found` when its owner or workspace is not active, else as storage does. */
export async function putFile(
  env: Pick<Env, 'DB' | 'FILES'>,
  sources: Sources,
  file: NewFile,
): Promise<Result<{ readonly fileId: string }>> {
  const stored = await storeContent(env, sources, FILE, file);
  return stored.ok ? ok({ fileId: stored.value.id }) : stored;
}

/** A file that is readable now; `resource_not_found` for every other. */
export function readFile(
  env: Pick<Env, 'DB' | 'FILES'>,
  { fileId }: { readonly fileId: string },
): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array }>> {
  return readContent(env, FILE, fileId);
}
