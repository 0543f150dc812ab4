// The demo product asks the portal who is signed in: it forwards the cookie of the browser, which it gets because cookies do not
// distinguish ports.
import * as z from 'zod/mini';
import { messageOf } from '../../src/failure.ts';

const TIMEOUT_MS = 10_000;

const sessionSchema = z.object({
  user: z.object({ userName: z.string(), displayName: z.string(), role: z.string(), team: z.nullable(z.string()) }),
});

/** `answer` is the body as it came. */
export type PortalSession =
  | { readonly kind: 'signed_in'; readonly user: z.infer<typeof sessionSchema>['user']; readonly answer: string }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unreachable'; readonly sentence: string };

/** Asks `GET /auth/session` of the portal at an origin. */
export async function askSession(portal: string, cookie: string): Promise<PortalSession> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${portal}/auth/session`, { headers: { cookie }, signal });
    const answer = await response.text();
    if (response.status === 401) return { kind: 'nobody' };
    if (!response.ok)
      return { kind: 'unreachable', sentence: `GET /auth/session answered ${response.status}: ${answer}` };
    return { kind: 'signed_in', user: sessionSchema.parse(JSON.parse(answer)).user, answer };
  } catch (error) {
    return { kind: 'unreachable', sentence: `Is npm start running? ${messageOf(error)}` };
  }
}
