// A person at a browser, for tests of the console: keeps cookies, follows nothing by itself, and sends what a browser sends.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { ensureBreakGlassAdmin } from '../../src/auth/break-glass-admin.ts';
import { createPasswordLink } from '../../src/auth/one-time-link.ts';
import type { Env, Sources } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';
import { HOST } from './portal.ts';

export const ADMIN = 'admin@acme.example';
export const PASSWORD = 'seven quiet otters';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect leads. */
  readonly location: string | null;
}

/** A header that is empty is not sent. */
interface Post {
  /** Several values of one name are a list. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the token of the page seen last; null for none. */
  readonly formToken?: string | null;
}

let visitors = 0;

/** Files share the limiter, which counts by the minutes of the real clock: the tries of one portal are not those of the next. */
const tries = new WeakMap<Sources, string>();

function triesOf(sources: Sources, limiter: RateLimit): RateLimit {
  const portal = tries.get(sources) ?? crypto.randomUUID();
  tries.set(sources, portal);
  return { limit: ({ key }) => limiter.limit({ key: `${portal}:${key}` }) };
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #sources: Sources;
  readonly #env: Env;
  /** Each from another address. */
  readonly address = `10.9.${(++visitors >> 8) & 255}.${visitors & 255}`;
  formToken = '';

  constructor(sources: Sources, bindings: Env = env) {
    this.#sources = sources;
    this.#env = bindings;
  }

  get(path: string): Promise<Page> {
    return this.#send(path, { headers: { 'sec-fetch-site': 'none' } });
  }

  /** Posts a form of the page seen last, as a browser does under our referrer policy. */
  post(path: string, { fields = {}, headers = {}, formToken = this.formToken }: Post = {}): Promise<Page> {
    const named = Object.entries({ ...fields, ...(formToken === null ? {} : { form: formToken }) });
    const body = new URLSearchParams(named.flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
    const sent = Object.entries({ 'sec-fetch-site': 'same-origin', origin: 'null', ...headers });
    const present = Object.fromEntries(sent.filter(([, value]) => value !== ''));
    return this.#send(path, { method: 'POST', body, headers: present });
  }

  async signIn(userName = ADMIN, password = PASSWORD): Promise<Page> {
    await this.get('/console/sign-in');
    return this.post('/console/sign-in', { fields: { username: userName, password } });
  }

  /** The same browser, where the Worker has other bindings. */
  over(bindings: Partial<Env>): Visitor {
    const same = new Visitor(this.#sources, { ...this.#env, ...bindings });
    for (const [name, value] of this.cookies) same.cookies.set(name, value);
    same.formToken = this.formToken;
    return same;
  }

  async #send(path: string, init: RequestInit & { readonly headers: Record<string, string> }): Promise<Page> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { 'cf-connecting-ip': this.address, cookie, 'user-agent': 'Test/1.0', ...init.headers };
    const context = createExecutionContext();
    const request = new Request(path.startsWith('http') ? path : HOST + path, { ...init, headers });
    const SIGN_IN_TRIES = triesOf(this.#sources, this.#env.SIGN_IN_TRIES);
    const response = await createApp(this.#sources).fetch(request, { ...this.#env, SIGN_IN_TRIES }, context);
    const text = await response.text();
    await waitOnExecutionContext(context);
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    this.formToken = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? this.formToken;
    return { status: response.status, headers: response.headers, text, location: response.headers.get('location') };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** The code of a new link for a break-glass admin, who is made where there is none. */
export async function linkFor(sources: Sources, userName = ADMIN): Promise<{ code: string; seq: number }> {
  const admin = await ensureBreakGlassAdmin(env, sources, userName, 'cli');
  if (!admin.ok) throw new Error(admin.failure.detail);
  const code = await createPasswordLink(env, sources, admin.value.seq);
  if (!code.ok) throw new Error(code.failure.detail);
  return { code: code.value, seq: admin.value.seq };
}

/** A visitor who came by a link, chose the password, and is signed in. */
export async function signedIn(sources: Sources, bindings: Env = env, userName = ADMIN): Promise<Visitor> {
  const visitor = new Visitor(sources, bindings);
  const { code } = await linkFor(sources, userName);
  await visitor.get('/console/welcome');
  const page = await visitor.post('/console/welcome', {
    fields: { code, password: PASSWORD, repeated: PASSWORD },
  });
  if (page.location !== '/console') throw new Error(`${page.status}: ${page.text}`);
  await visitor.get('/console');
  return visitor;
}
