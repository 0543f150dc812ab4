// The answer that begins a session in the browser, whichever way somebody signed in.
import { seeOther } from '../page/answer.ts';
import { clearCookie, setCookie } from '../page/cookies.ts';
import { forgetPage } from './wanted-page.ts';

/** Goes on to a page of this origin or to the portal's product, with the cookie of the session. */
export function welcomeIn(url: URL, token: string, to = '/console'): Response {
  const cookies = [setCookie(url, 'portcullis', token), clearCookie(url, 'portcullis-form'), forgetPage(url)];
  return seeOther({ url }, to, cookies);
}
