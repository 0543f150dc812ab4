// Reading a request body: the right media type, counted while it streams, then strict JSON.
import { fail, ok, type Result } from '../failure.ts';
import type { Json } from '../scim/json.ts';
import { parseStrictJson } from '../scim/strict-json.ts';

export const MAX_BODY_BYTES = 1024 * 1024;

const MEDIA_TYPES = new Set(['application/scim+json', 'application/json']);

/** The JSON of the body. `application/scim+json`, `application/json` and no media type at all are accepted. */
export async function readJsonBody(request: Request, maxBytes = MAX_BODY_BYTES): Promise<Result<Json>> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType && !MEDIA_TYPES.has(mediaType)) {
    return fail('unsupported_media_type', 'The body must be application/scim+json or application/json.');
  }
  const text = await readText(request, maxBytes);
  if (!text.ok) return text;
  if (text.value.trim() === '') return fail('invalid_syntax', 'The body is empty; this request needs a JSON object.');
  return parseStrictJson(text.value);
}

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
