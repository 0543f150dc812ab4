// Reading a request body: the right media type, then strict JSON.
import { fail, type Result } from '../failure.ts';
import { readText } from '../request-text.ts';
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
