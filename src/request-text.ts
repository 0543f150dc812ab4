// The body of a request as text, whichever room asks for it: bounded, and UTF-8 or nothing.
import { fail, ok, type Result } from './failure.ts';

/** The body as text. Fails with `body_too_large`, or with `invalid_syntax` where it is not UTF-8. */
export async function readText(request: Request, maxBytes: number): Promise<Result<string>> {
  const bytes = await readBytes(request, maxBytes);
  if (!bytes.ok) return bytes;
  const text = decodeUtf8(bytes.value);
  return text === undefined ? fail('invalid_syntax', 'The body is not UTF-8 text.') : ok(text);
}

/** Counts what arrives, since Content-Length is only what the client says. */
async function readBytes(request: Request, maxBytes: number): Promise<Result<Uint8Array[]>> {
  const tooLarge = fail('body_too_large', `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return tooLarge;
    chunks.push(chunk);
  }
  return ok(chunks);
}

function decodeUtf8(chunks: readonly Uint8Array[]): string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  } catch {
    return undefined;
  }
}
