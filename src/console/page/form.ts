// Forms: what was typed, and the proof that it was typed on a page of ours. The token of a form is an HMAC under the secret in a
// cookie that other sites can neither read nor set, so that nothing needs to be stored for it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail, ok, type Result } from '../../failure.ts';
import { readText } from '../../request-text.ts';
import type { Exchange } from '../exchange.ts';

/** The hidden field that carries the token. */
export const TOKEN_FIELD = 'form';
/** Far more than forms of ours have; one that takes a file says so. */
const MAX_BYTES = 16 * 1024;

/** The token for the forms of whoever has this secret in a cookie. */
export function formTokenOf(cookieSecret: string): string {
  return createHmac('sha256', cookieSecret).update('form').digest('base64url');
}

/** The fields of a form that was posted from a page of ours. Fails with `precondition_failed` where it was not, and with
 * `body_too_large` (more than `maxBytes`), `invalid_syntax` or `unsupported_media_type` where it is none. */
export async function readForm(
  { request, url }: Exchange,
  cookieSecret: string | undefined,
  maxBytes = MAX_BYTES,
): Promise<Result<URLSearchParams>> {
  if (!isSameOrigin(request, url)) return fail('precondition_failed', 'The form was sent from another site.');
  if (!isForm(request)) {
    return fail('unsupported_media_type', 'A form of this console was expected.');
  }
  const text = await readText(request, maxBytes);
  if (!text.ok) return text;
  const fields = new URLSearchParams(text.value);
  if (cookieSecret === undefined || !isEqual(fields.get(TOKEN_FIELD) ?? '', formTokenOf(cookieSecret))) {
    return fail('precondition_failed', 'The form does not belong to this session, or the session has ended.');
  }
  return ok(fields);
}

/** Whether the body is a form, by what the request says of it. */
export function isForm(request: Request): boolean {
  return /^application\/x-www-form-urlencoded(;|$)/i.test(request.headers.get('content-type') ?? '');
}

/** Browsers say where a request comes from. With our referrer policy the origin of our own forms is `null`, so what counts is
 * `Sec-Fetch-Site`, and the origin only where that is missing. */
export function isSameOrigin(request: Request, url: URL): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site === null ? request.headers.get('origin') === url.origin : site === 'same-origin';
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
