// Messages as the vendor's product stores and reads them: text, whose bytes lie in R2 like those of files.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { type ContentKind, readContent, storeContent } from './content.ts';

const MESSAGE: ContentKind = { noun: 'message', table: 'messages', named: false };

/** Who writes what, and into which workspace; without one it is the owner's personal message. */
export interface NewMessage {
  readonly ownerSeq: number;
  readonly workspaceId?: string | undefined;
  readonly text: string;
}

/** Stores a message. Fails with `resource_not_found` when its owner or workspace is not active, else as storage does. */
export async function sendMessage(
  env: Pick<Env, 'DB' | 'FILES'>,
  sources: Sources,
  { text, ...place }: NewMessage,
): Promise<Result<{ readonly messageId: string }>> {
  const stored = await storeContent(env, sources, MESSAGE, {
    ...place,
    name: '',
    bytes: new TextEncoder().encode(text),
  });
  return stored.ok ? ok({ messageId: stored.value.id }) : stored;
}

/** A message that is readable now; `resource_not_found` for every other. */
export async function readMessage(
  env: Pick<Env, 'DB' | 'FILES'>,
  { messageId }: { readonly messageId: string },
): Promise<Result<{ readonly text: string }>> {
  const read = await readContent(env, MESSAGE, messageId);
  return read.ok ? ok({ text: new TextDecoder().decode(read.value.bytes) }) : read;
}
